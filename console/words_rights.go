package console

import (
	"strings"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/rights"
)

// two is a word in both languages.
type two struct{ fr, en string }

func (p page) word(words map[string]two, name string) string {
	w, ok := words[name]
	if !ok {
		return name
	}
	return p.Say(w.fr, w.en)
}

// RightWord is the word for what is asked.
func (p page) RightWord(r rights.Right) string {
	return p.word(map[string]two{
		"access": {"accès", "access"}, "rectification": {"rectification", "rectification"}, "erasure": {"effacement", "erasure"}, "restriction": {"limitation", "restriction"},
		"portability": {"portabilité", "portability"}, "objection": {"opposition", "objection"}, "withdraw_consent": {"retrait du consentement", "withdrawal of consent"},
		"post_mortem": {"directives après la mort", "directives for after death"}, "human_review": {"intervention humaine", "human review"}, "complaint": {"réclamation", "complaint"},
	}, string(r))
}

// ViaWord is the word for how a request came.
func (p page) ViaWord(c rights.Channel) string {
	return p.word(map[string]two{"form": {"formulaire", "form"}, "mail": {"courriel", "e-mail"}, "letter": {"courrier", "letter"}, "call": {"appel", "call"}}, string(c))
}

// PowerWord is the word for what the power of who acts for the person rests on.
func (p page) PowerWord(w string) string {
	return p.word(map[string]two{"mandate": {"sous mandat", "under a mandate"}, "parental_authority": {"titulaire de l’autorité parentale", "with parental authority"},
		"directives": {"selon les directives de la personne décédée", "by the directives of who died"}, "succession": {"héritier", "heir"}}, w)
}

// Stage is the word for where a request stands.
func (p page) Stage(s rights.State) string {
	return p.word(map[string]two{
		"received": {"reçue", "received"}, "identity": {"identité attendue", "identity awaited"}, "searching": {"à chercher", "to be looked up"},
		"incomplete": {"recherche incomplète", "looked up in part"}, "review": {"à traiter", "to be handled"}, "answered": {"répondue", "answered"},
		"partly": {"répondue en partie", "answered in part"}, "refused": {"refusée", "refused"}, "notified": {"destinataires prévenus", "recipients told"}, "closed": {"close", "closed"},
	}, string(s))
}

// Done is the word for an act in a request.
func (p page) Done(a rights.Act) string {
	return p.word(map[string]two{
		"message_joined": {"message joint", "message joined"}, "right_confirmed": {"droit confirmé", "right confirmed"}, "no_request": {"n’était pas une demande", "was no request"},
		"opened": {"ouverte", "opened"}, "acknowledged": {"accusé de réception", "acknowledged"}, "link_made": {"lien d’identification", "identifying link"},
		"doubted": {"doute sur l’identité", "doubt about identity"}, "identified": {"identité établie", "identity settled"}, "extended": {"prolongée", "extended"},
		"looked": {"recherche faite", "looked up"}, "looked_partly": {"recherche incomplète", "looked up in part"}, "reviewed": {"candidat relu", "candidate reviewed"},
		"planned": {"plan fait", "planned"}, "carried_out": {"exécutée", "carried out"}, "verified": {"vue dans les bases", "seen in the stores"}, "answered": {"répondue", "answered"},
		"answered_partly": {"répondue en partie", "answered in part"}, "refused": {"refusée", "refused"}, "directives_executed": {"directives exécutées", "directives carried out"},
		"rectified": {"rectifiée", "rectified"}, "restricted": {"limitée", "restricted"}, "restriction_lifted": {"limitation levée", "restriction lifted"},
		"fetch_link_made": {"lien de téléchargement", "link that fetches"}, "answer_fetched": {"réponse téléchargée", "answer fetched"}, "letter_sent": {"lettre", "letter"}, "language_set": {"langue des lettres", "language of letters"}, "address_confirmed": {"adresse de qui agit confirmée", "address of who acts confirmed"}, "recipient_confirmed": {"destinataire : fait", "recipient: done"}, "recipients_told": {"destinataires prévenus", "recipients told"},
		"closed": {"close", "closed"}, "lapsed": {"éteinte", "lapsed"}, "forgotten": {"données du dossier oubliées", "data of the case forgotten"}, "read": {"données consultées", "data read"},
	}, string(a))
}

// Kind is the word for a way to know a person.
func (p page) Kind(kind string) string {
	return p.word(map[string]two{"email": {"courriel", "e-mail"}, "phone": {"téléphone", "telephone"}, "id": {"numéro de client", "customer number"}, "human": {"relu par une personne", "reviewed by a person"}}, kind)
}

// By is the word for how a record was found: the identifier, or the link that leads to it.
func (p page) By(by string) string {
	link, from, linked := strings.Cut(by, " ")
	if linked {
		return p.Say("lié à ", "linked to ") + from + " (" + link + ")"
	}
	return p.Kind(by)
}

// Way is the word for how identity was settled.
func (p page) Way(m rights.Means) string {
	return p.word(map[string]two{"account": {"connexion à son compte", "signed in to their account"}, "email_link": {"lien envoyé à son adresse", "link sent to their address"},
		"customer_number": {"numéro connu du seul client", "number only the customer knows"}, "call_back": {"rappel au numéro connu", "call back to the known number"},
		"document": {"document, sur un doute noté", "document, on a recorded doubt"}}, string(m))
}

// Ground is the word for why something is refused or kept.
func (p page) Ground(g rights.Ground) string {
	return p.word(map[string]two{
		"identity_not_shown": {"identité non établie (art. 11 et 12(2))", "identity not shown (art. 11 and 12(2))"}, "manifestly_unfounded": {"manifestement infondée (art. 12(5))", "manifestly unfounded (art. 12(5))"},
		"excessive": {"excessive (art. 12(5))", "excessive (art. 12(5))"}, "others_rights": {"droits d’autrui (art. 15(4))", "others’ rights (art. 15(4))"},
		"expression": {"liberté d’expression (art. 17(3)(a))", "freedom of expression (art. 17(3)(a))"}, "legal_obligation": {"obligation légale (art. 17(3)(b))", "legal obligation (art. 17(3)(b))"},
		"public_health": {"santé publique (art. 17(3)(c))", "public health (art. 17(3)(c))"}, "archiving": {"archives, recherche (art. 17(3)(d))", "archives, research (art. 17(3)(d))"},
		"legal_claims": {"droits en justice (art. 17(3)(e))", "legal claims (art. 17(3)(e))"}, "right_does_not_apply": {"ce droit ne s’applique pas ici", "the right does not apply here"},
		"overriding_interest": {"motifs impérieux (art. 21(1))", "compelling grounds (art. 21(1))"}, "no_longer_necessary": {"plus nécessaire (art. 17(1)(a))", "no longer necessary (art. 17(1)(a))"},
	}, string(g))
}

// Gap is the word for why a place was not looked at in full.
func (p page) Gap(k rights.GapKind) string {
	return p.word(map[string]two{"unreachable": {"la base ne répond pas", "the store does not answer"}, "unbound_table": {"fiches de la personne dans une table que rien ne relie", "records of the person in a table that nothing binds"},
		"truncated": {"trop de fiches : la liste est coupée", "too many records: the list is cut short"}, "archived_alone": {"copies en archive dont la fiche n’existe plus, jusqu’à leur terme", "copies in the archive whose record is gone, until their end"}, "no_identifier": {"ne peut être cherché par personne (art. 11)", "cannot be searched by person (art. 11)"},
		"paper": {"sur papier : à chercher à la main", "on paper: to be looked through by hand"}}, string(k))
}

// Tongue is the word for a language.
func (p page) Tongue(l rights.Language) string {
	return p.word(map[string]two{"fr": {"français", "French"}, "en": {"anglais", "English"}}, string(l))
}

// LetterName is the word for a letter.
func (p page) LetterName(k rights.LetterKind) string {
	return p.word(map[string]two{"ack": {"accusé de réception", "acknowledgement"}, "identity": {"demande d’identité", "question of identity"}, "extension": {"prolongation", "extension"},
		"refusal": {"refus", "refusal"}, "answer": {"réponse", "answer"}, "lift": {"fin de la limitation", "end of the restriction"}, "link": {"lien d’identification", "identifying link"}, "fetch": {"lien de téléchargement", "link that fetches"}, "recipient": {"destinataires", "recipients"}}, string(k))
}

// Standing is the word for how a clock stands.
func (p page) Standing(s rights.Standing) string {
	return p.word(map[string]two{"overdue": {"dépassé", "overdue"}, "soon": {"bientôt", "soon"}, "stopped": {"suspendu", "stopped"}, "running": {"en cours", "running"}, "over": {"répondu", "answered"}}, string(s))
}

// ClockMark is the mark of a clock: the shapes of the verdicts mean the same here.
func (p page) ClockMark(s rights.Standing) string {
	switch s {
	case rights.Overdue:
		return "broken"
	case rights.Soon:
		return "undetermined"
	case rights.Stopped:
		return "unbound"
	case rights.Over:
		return "not_checkable"
	}
	return "kept"
}

// Left says how many days are left, or have passed.
func (p page) Left(d rights.Due) string {
	switch {
	case d.Standing == rights.Over || d.Standing == rights.Stopped:
		return p.Standing(d.Standing)
	case d.Left < 0:
		return p.Count(int64(-d.Left), "jour de retard", "jours de retard", "day late", "days late")
	}
	return p.Count(int64(d.Left), "jour", "jours", "day left", "days left")
}

// Channel is the word for a channel.
func (p page) Channel(c consent.Channel) string {
	return p.word(map[string]two{
		"call": {"appeler", "call"}, "autocall": {"appeler par automate", "call by a machine"}, "sms": {"envoyer un SMS", "send a text message"}, "email": {"écrire un courriel", "e-mail"},
		"social": {"écrire sur un réseau social", "write on a social network"}, "post": {"écrire par la poste", "write by post"}, "share": {"transmettre à un partenaire", "share with a partner"}, "profile": {"établir un profil", "profile"},
	}, string(c))
}
