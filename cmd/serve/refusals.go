package serve

import (
	"errors"
	"fmt"
	"strings"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/console"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/rights"
	"github.com/garant-rgpd/garant/rights/post"
)

// reason is why something asked by a person cannot be done so, in both languages.
type reason struct {
	err    error
	fr, en string
}

// reasons are tried in this order.
func reasons() []reason {
	return []reason{
		{rights.ErrGuardian, "La personne est un enfant : un titulaire de l’autorité parentale doit demander. Noter une nouvelle demande avec son nom.", "The person is a child: a holder of parental authority must ask. Note a new request with their name."},
		{rights.ErrDocument, "Un document ne se demande que sur un doute noté : noter le doute d’abord.", "A document may be asked only on a recorded doubt: record the doubt first."},
		{rights.ErrMeans, "L’identité ne s’établit pas ainsi : choisir un autre moyen, ou donner une adresse.", "Identity is not settled by this: choose another means, or give an address."},
		{rights.ErrNoMailbox, "Personne n’a montré que l’adresse électronique est la sienne : remettre le fichier autrement.", "Nobody has shown that the e-mail address is theirs: hand the file over by another way."},
		{rights.ErrLate, "Le mois dans lequel une prolongation s’annonce est passé : répondre sans attendre.", "The month in which an extension must be told is over: answer without waiting."},
		{rights.ErrIdentity, "L’identité n’est pas établie : rien n’est cherché avant.", "Identity is not settled: nothing is looked up before."},
		{project.ErrNoMail, "garant.yaml ne nomme aucun serveur de courrier (mail) : poster la lettre, puis la noter comme remise.", "garant.yaml names no mail server (mail): post the letter, then note it as handed over."},
		{project.ErrNoAddress, "Il n’y a pas d’adresse où l’envoyer : la poster, puis la noter comme remise.", "There is no address to send it to: post it, then note it as handed over."},
		{post.ErrServer, "Le serveur de courrier n’a pas pris la lettre ; rien n’a été noté. Recommencer.", "The mail server did not take the letter; nothing was noted. Try again."},
		{rights.ErrLetter, "Cette lettre ne peut partir ainsi : voir docs/letters.md.", "This letter is not fit to be sent: see docs/letters.md."},
		{project.ErrProspecting, "Rien ne l’emporte sur une opposition à la prospection (art. 21(3)).", "Nothing outweighs an objection to prospecting (article 21(3))."},
		{project.ErrMoved, "Cette fiche a changé depuis qu’elle a été montrée : la lire à nouveau. Ce champ n’a pas été touché.", "This record has changed since it was shown: read it again. This field was not touched."},
		{project.ErrValue, "Une valeur n’a pas la forme que veut son champ : rien n’a été touché.", "A value does not have the form its field wants: nothing was touched."},
		{project.ErrOthers, "Cette fiche est partagée avec d’autres personnes, dont rien n’est montré : la corriger par garant request rectify.", "This record is shared with other persons, of whom nothing is shown: correct it with garant request rectify."},
		{project.ErrNotTheirs, "Cette fiche n’est pas trouvée pour cette personne.", "This record is not found for that person."},
		{rights.ErrUnplanned, "Il faut d’abord faire : préparer le plan et l’exécuter, puis répondre.", "It must be done first: make the plan and carry it out, then answer."},
		{rights.ErrUndecided, "Des fiches sont peut-être celles de la personne : dire de chacune si ce l’est.", "Some records may be the person’s: say of each whether it is."},
		{rights.ErrIncomplete, "Un endroit n’a pas pu être regardé : chercher à nouveau plus tard, ou répondre en partie.", "Some place was not looked at: look again later, or answer in part."},
		{plan.ErrNotApproved, "Le nombre n’est pas celui du plan : rien n’a été touché.", "The count is not the one of the plan: nothing was touched."},
		{rights.ErrNothing, "Ce droit ne fait rien finir dans les bases.", "This right ends nothing in the stores."},
		{rights.ErrPurpose, "Cela ne peut être choisi pour cette finalité.", "This cannot be chosen for that purpose."},
		{rights.ErrGround, "La loi ne connaît pas ce motif pour ce droit.", "The law knows no such ground for this right."},
		{rights.ErrReason, "La loi veut que le motif soit dit à la personne : l’écrire.", "The law wants the reason told to the person: write it."},
		{rights.ErrGuess, "Le droit a été deviné : lire la demande, puis dire lequel c’est.", "The right was guessed: read the request, then say which it is."},
		{rights.ErrAct, "La demande n’en est pas là : cet acte ne s’y fait pas maintenant.", "The request does not stand where this can be done."},
		{rights.ErrRequest, "Une demande a un droit, un jour d’arrivée passé et de quoi reconnaître la personne : un courriel, un téléphone ou un numéro valables.", "A request has a right, a day of arrival that is past, and something to know the person by: a valid e-mail address, telephone or number."},
	}
}

// asked words why what a person asked cannot be handled so; others are worded as for any act.
func asked(err error) error {
	var again *rights.Repeat
	var unread *project.Unread
	switch {
	case err == nil:
		return nil
	case errors.As(err, &again):
		return &console.Refusal{FR: fmt.Sprintf("La même personne le demande déjà : répondre à %s.", again.Of), EN: fmt.Sprintf("The same person already asks this: answer %s.", again.Of), Cause: err}
	case errors.As(err, &unread):
		fields := strings.Join(unread.Fields, ", ")
		return &console.Refusal{FR: "Ces champs peuvent parler d’autrui ; les lire, puis le dire ici : " + fields + ".", EN: "These fields may speak of somebody else; read them, then say so here: " + fields + ".", Cause: err}
	}
	for _, r := range reasons() {
		if errors.Is(err, r.err) {
			return &console.Refusal{FR: r.fr, EN: r.en, Cause: err}
		}
	}
	return refusal(err)
}
