package page

import (
	"net/http"
	"strings"

	"github.com/garant-rgpd/garant/consent"
)

// words are the texts of the page in one language.
type words struct {
	Title, About, Done, Agreed, On, Until, Words, Withdraw, Nothing, All, AllHelp, Objected, Object, More, Question, Yes, No string
}

var texts = map[string]words{
	"fr": {
		Title: "Vos choix", About: "Ce que vous avez accepté de", Done: "C’est enregistré, et cela vaut dès maintenant.", Agreed: "Ce que vous avez accepté",
		On: "Accepté le", Until: "jusqu’au", Words: "Dans ces termes", Withdraw: "Retirer", Nothing: "Rien, à ce jour.", All: "Tout refuser",
		AllHelp: "Nous ne vous proposerons plus rien, par aucun moyen. Les messages sur vos contrats et vos demandes continuent.", Objected: "Vous vous êtes opposé à toute prospection. Nous n’en faisons plus.",
		Object: "M’opposer à toute prospection", More: "Vos autres droits s’exercent auprès de\u00a0:", Question: "Garder vos données\u202f?", Yes: "Oui, gardez-les", No: "Non, supprimez-les",
	},
	"en": {
		Title: "Your choices", About: "What you agreed to with", Done: "It is recorded, and counts from now on.", Agreed: "What you agreed to",
		On: "Agreed on", Until: "until", Words: "In these words", Withdraw: "Withdraw", Nothing: "Nothing at present.", All: "Refuse everything",
		AllHelp: "We will offer you nothing any more, by any means. Messages about your contracts and requests go on.", Objected: "You have objected to all prospecting. We do none any more.",
		Object: "Object to all prospecting", More: "For your other rights, write to:", Question: "May we keep your data?", Yes: "Yes, keep them", No: "No, delete them",
	},
}

// in picks the wording of a language.
func in(lang string, t consent.Text) string {
	if lang == "en" {
		return t.EN
	}
	return t.FR
}

// language is French unless the browser asks for English first.
func language(r *http.Request) string {
	if strings.HasPrefix(strings.ToLower(r.Header.Get("Accept-Language")), "en") {
		return "en"
	}
	return "fr"
}
