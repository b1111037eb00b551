package demo

import (
	"fmt"
	"strings"
)

// person is somebody who does not exist.
type person struct {
	first, last, email, phone, landline, street, postcode, city string
}

func (p person) full() string { return p.first + " " + p.last }

// person makes the next one. The number keeps addresses apart; telephone numbers come from
// the ranges the French regulator keeps for fiction.
func (f *filler) person() person {
	f.people++
	town := towns[f.rnd.IntN(len(towns))]
	p := person{first: f.pick(firstNames), last: f.lastName(), postcode: town[0], city: town[1]}
	p.email = fmt.Sprintf("%s.%s%d@%s", ascii(p.first), ascii(p.last), f.people, f.pick(mailHosts))
	p.phone = "06 39 98 " + pairs(f.rnd.IntN(10_000))
	p.landline = "01 99 00 " + pairs(f.rnd.IntN(10_000))
	p.street = fmt.Sprintf("%d %s", 1+f.rnd.IntN(180), f.pick(streets))
	return p
}

func (f *filler) lastName() string {
	return f.pick(nameStarts) + f.pick(nameMiddles) + f.pick(nameEnds)
}

// pairs writes four digits as the French do, "12 34".
func pairs(n int) string { return fmt.Sprintf("%02d %02d", n/100, n%100) }

// ascii is a name as an address spells it.
func ascii(s string) string {
	return strings.NewReplacer("é", "e", "è", "e", "ê", "e", "ë", "e", "ï", "i", "î", "i", "ç", "c", "â", "a", "ô", "o", "û", "u",
		"’", "", " ", "").Replace(strings.ToLower(strings.Replace(s, "É", "E", 1)))
}

// iban looks like an account and is none: its check digits are 00.
func (f *filler) iban() string {
	return fmt.Sprintf("FR00 9999 9000 01%02d %04d %04d %03d", f.rnd.IntN(100), f.rnd.IntN(10_000), f.rnd.IntN(10_000), f.rnd.IntN(1_000))
}

// ip is in the ranges kept for documentation (RFC 5737).
func (f *filler) ip() string {
	return fmt.Sprintf("%s.%d", f.pick([]string{"192.0.2", "198.51.100", "203.0.113"}), 1+f.rnd.IntN(254))
}

var (
	firstNames = []string{
		"Éloane", "Tibaud", "Maëline", "Célestin", "Annaïg", "Joévin", "Léocadie", "Hérvald", "Séréna", "Noëlan",
		"Françoise-Aude", "Gaëtan", "Mélusine", "Théodule", "Aurélisse", "Évariste", "Zoélie", "Côme-Éloi", "Inès-Maud", "Brévin",
	}
	nameStarts  = []string{"Brév", "Cour", "Tré", "Gué", "Lam", "Fonte", "Péri", "Chât", "Oli", "Saun", "Havr", "Mire", "Ville", "Ros", "Dur", "Bel"}
	nameMiddles = []string{"an", "el", "ign", "and", "oss", "aud", "uch", "er", "im", "ond"}
	nameEnds    = []string{"ouret", "evault", "érac", "igneux", "ière", "uchon", "ardeau", "oval", "ançon", "ébrun", "ëlle", "ignat"}
	mailHosts   = []string{"courriel.example", "boite.example", "messagerie.example", "maison.example"}
	streets     = []string{
		"rue des Trois-Exemples", "allée du Modèle", "chemin des Essais", "avenue de la Démonstration", "impasse du Prétexte",
		"route de l’Hypothèse", "place du Spécimen", "rue de la Maquette", "quai des Épreuves", "boulevard du Canevas",
	}
	towns = [][2]string{
		{"69990", "Brumeval-sur-Lisse"}, {"38990", "Rochebelin"}, {"42990", "Saint-Exemple-le-Haut"}, {"01990", "Valfontine"},
		{"26990", "Montmodèle"}, {"71990", "Champvérac"}, {"63990", "Puy-l’Essai"}, {"07990", "Aiguesombre"},
	}
)

// What people and staff write, some of it more than the company needed to know.
var (
	notes = []string{
		"Rappeler après 18 h, travaille de nuit à l’usine", "Allergie à la laine de verre, asthme depuis l’enfance",
		"Divorce en cours, voir avec le notaire avant de signer", "Sort de l’hôpital, ne pas insister avant le printemps",
		"Veuf, sa fille décide ; elle préfère le courriel", "Chien méchant, sonner deux fois", "A déjà deux devis concurrents",
		"Demande un étalement du paiement, licenciement récent", "Très satisfait du premier chantier", "Voisin intéressé aussi",
	}
	comments = []string{
		"Équipe ponctuelle et propre", "Le chantier a duré trop longtemps pour ma mère malade", "Bon accueil, facture claire",
		"Il reste une trace d’humidité au plafond de la chambre", "Je recommande sans réserve", "Personne ne m’a rappelé malgré mes messages",
	}
	messages = []string{
		"Bonjour, je n’ai pas reçu ma prime, que dois-je faire ?", "Pouvez-vous passer avant mon opération du mois prochain ?",
		"Je souhaite modifier le jour de ma visite, je suis en arrêt maladie", "Merci de ne plus m’appeler le soir",
		"Quels papiers faut-il pour l’isolation des combles ?", "Votre technicien a oublié ses outils dans mon garage",
	}
	complaints = []string{
		"Fuite au raccord du ballon, plafond taché", "Porte d’entrée rayée pendant la livraison", "Bruit de la pompe la nuit, voisin mécontent",
		"Isolant mal posé derrière la cloison du bureau", "Facture différente du devis signé",
	}
	accesses = []string{
		"Code du portail 4471B, clé sous le pot bleu", "Clé chez le gardien, absent le mercredi", "Passer par la cour, l’escalier est en travaux",
		"Sonnette en panne, téléphoner en arrivant",
	}
	projects    = []string{"combles", "façade", "chauffage", "solaire", "ventilation"}
	heatings    = []string{"gaz", "fioul", "électricité", "bois"}
	occupancies = []string{"propriétaire", "locataire"}
	agents      = []string{"T01", "T02", "T03", "T04", "T05", "T06", "T07"}
	technicians = []string{"C11", "C12", "C13", "C14", "C15"}
	sectors     = []string{"Nord", "Est", "Sud", "Ouest"}
	lenders     = []string{"Crédit Exemple", "Banque du Modèle"}
	delegates   = []string{"Délégataire A", "Délégataire B", "Délégataire C"}
	networks    = []string{"Réseau Bleu", "Réseau Photo"}
	reasons     = []string{"Hospitalisation d’un proche", "Changement d’avis", "Date déplacée", "Absent sans prévenir"}
	pages       = []string{"/", "/combles", "/aides", "/devis", "/contact", "/avis"}
)
