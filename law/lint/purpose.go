package lint

import (
	"fmt"

	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
)

// purpose judges why data are used and on what ground.
func (j *judge) purpose(pu policy.Purpose) {
	j.basis(pu)
	j.marketing(pu)
	if j.words.about(pu.Title, "vague") {
		j.find(charge{"L06", Warning, "RGPD, art. 5(1)(b)", law.Settled}, at(pu),
			Words{fmt.Sprintf("la finalité %s est dite en mots qui ne disent rien de ce qui est fait", pu.ID), fmt.Sprintf("the purpose %s is told in words that do not say what is done", pu.ID)},
			Words{"nommer l’opération et les données", "name the operation and the data"})
	}
	if len(pu.Rules) == 0 {
		j.find(charge{"L14", Error, "RGPD, art. 5(1)(e) et 13(2)(a)", law.Settled}, at(pu),
			Words{fmt.Sprintf("aucune durée n’est dite pour la finalité %s", pu.ID), fmt.Sprintf("no period is told for the purpose %s", pu.ID)},
			Words{"ajouter une règle de conservation", "add a retention rule"})
	}
}

func (j *judge) basis(pu policy.Purpose) {
	if len(pu.Basis) == 0 || has(pu, policy.Unstated) {
		j.find(charge{"L04", Error, "RGPD, art. 6 et 13(1)(c)", law.Settled}, at(pu),
			Words{fmt.Sprintf("la finalité %s n’a pas de base légale", pu.ID), fmt.Sprintf("the purpose %s has no legal basis", pu.ID)},
			Words{"nommer la base de l’article 6 sur laquelle elle repose", "name the basis of article 6 it rests on"})
	}
	if has(pu, policy.Consent) && has(pu, policy.LegitimateInterest) {
		j.find(charge{"L05", Warning, "RGPD, art. 6 ; lignes directrices 5/2020 du CEPD", law.OurReading}, at(pu),
			Words{fmt.Sprintf("la finalité %s repose sur le consentement ou sur l’intérêt légitime", pu.ID), fmt.Sprintf("the purpose %s rests on consent or on legitimate interest", pu.ID)},
			Words{"choisir une base, ou séparer les opérations en deux finalités", "choose one basis, or make two purposes of the operations"})
	}
}

// marketing judges prospecting: contract is no ground for it, electronic prospecting of
// consumers needs consent but for similar products, and calls need consent since 11 August
// 2026.
func (j *judge) marketing(pu policy.Purpose) {
	if !j.words.about(pu.Title, "prospecting") {
		return
	}
	if only(pu, policy.Contract) {
		j.find(charge{"L13", Error, "RGPD, art. 6(1)(b)", law.Settled}, at(pu),
			Words{fmt.Sprintf("la finalité %s prospecte au titre du contrat", pu.ID), fmt.Sprintf("the purpose %s prospects on the ground of a contract", pu.ID)},
			Words{"fonder la prospection sur le consentement, ou sur l’intérêt légitime là où la loi l’admet", "rest prospecting on consent, or on legitimate interest where the law allows it"})
	}
	if only(pu, policy.LegitimateInterest) && j.words.about(pu.Title, "email") {
		j.find(charge{"L29", Warning, "CPCE, art. L. 34-5", law.Settled}, at(pu),
			Words{fmt.Sprintf("la finalité %s écrit à des particuliers par voie électronique sans leur accord", pu.ID), fmt.Sprintf("the purpose %s writes to consumers electronically without their agreement", pu.ID)},
			Words{"la réserver aux clients, pour des produits analogues, avec un refus offert à chaque message, et le dire", "keep it to customers, for similar products, with a refusal offered in each message, and say so"})
	}
	consented := policy.MustDate("2026-08-11")
	if !has(pu, policy.Consent) && j.words.about(pu.Title, "phone") && !j.law.Day.Before(consented) {
		j.find(charge{"L32", Error, "C. conso., art. L. 223-1 (depuis le 11 août 2026)", law.Settled}, at(pu),
			Words{fmt.Sprintf("la finalité %s appelle des consommateurs sans leur consentement", pu.ID), fmt.Sprintf("the purpose %s calls consumers without their consent", pu.ID)},
			Words{"fonder les appels sur un consentement propre au téléphone, ou les limiter au contrat en cours", "rest the calls on a consent for the telephone, or keep them to the ongoing contract"})
	}
}
