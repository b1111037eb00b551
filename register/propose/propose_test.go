package propose

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/store"
)

func text(name string) store.Column {
	return store.Column{Name: name, Type: store.Text, Native: "varchar(80)"}
}

func number(name string) store.Column {
	return store.Column{Name: name, Type: store.Integer, Native: "int(11)"}
}

func needed(c store.Column) store.Column {
	c.NotNull = true
	return c
}

func table(name string, columns ...store.Column) store.TableInfo {
	return store.TableInfo{Name: name, Key: []string{columns[0].Name}, Columns: columns}
}

// TestLooks pins what columns of French programs are taken for.
func TestLooks(t *testing.T) {
	t.Parallel()
	cases := map[policy.Category][]store.Column{
		"identity": {text("nom"), text("prénom"), text("Prenom_Gerant"), text("raison_sociale"), {Name: "date_naissance", Type: store.DateType}, {Name: "civilite", Type: store.Boolean},
			{Name: "sexe", Type: store.Text, Enum: []string{"H", "F"}}, text("LastName"), number("nir"), text("auteur_nom")},
		"contact": {text("e_mail"), text("mel"), text("courriel"), text("tel_fixe"), text("portable"), number("telephone"), text("tel2"), text("adr1"), text("cp"), number("code_postal"), text("ville"), text("AdresseChantier")},
		"connection": {text("adresse_ip"), {Name: "ip", Type: store.Other, Native: "inet6"}, {Name: "ip", Type: store.Other, Native: "inet"}, {Name: "ip_inscription", Type: store.Bytes},
			text("user_agent"), text("mdp"), text("jeton_session"), text("MotDePasse")},
		"payment":   {text("iban"), text("RIB"), number("revenus")},
		"notes":     {text("commentaire"), text("observations"), text("meta_value"), {Name: "extra", Type: store.Other, Native: "jsonb"}},
		"documents": {{Name: "cv", Type: store.Bytes}, text("chemin"), {Name: "attestation_assurance", Type: store.Bytes}},
		"": {number("id"), number("ville_id"), text("etat"), {Name: "courriel_envoye_le", Type: store.DateType}, {Name: "email_ok", Type: store.Boolean}, {Name: "note", Type: store.Integer},
			{Name: "mail", Type: store.Text, Enum: []string{"oui", "non"}}, text("prix"), number("nb_appels"), text("hotel"), {Name: "cree_le", Type: store.DateTime}},
	}
	for want, columns := range cases {
		for _, c := range columns {
			if got := looks(store.TableInfo{Name: "clients"}, c).category; got != want {
				t.Errorf("%s of %s %s looks like %q, want %q", c.Name, c.Type, c.Native, got, want)
			}
		}
	}
}

// TestMake pins what is proposed for a small company's tables: which are bound, by what people
// are found, and what leads to them.
func TestMake(t *testing.T) {
	t.Parallel()
	clients := table("clients", number("id"), needed(text("nom")), text("prénom"), needed(text("email")), text("tel_fixe"), text("portable"), needed(store.Column{Name: "naissance", Type: store.DateType}))
	clients.Columns[3].Unique = true
	orders := table("commandes", number("id"), needed(number("client_id")), text("etat"))
	orders.ForeignKeys = []store.ForeignKey{{Columns: []string{"client_id"}, Table: "clients", To: []string{"id"}}}
	notes := table("rappels", number("id"), number("id_client"), text("motif"))
	calls := table("appels", number("id"), number("client_id"), text("numéro"), text("notes"))
	products := table("produits", number("id"), text("description"), text("photo"))
	consents := table("consentements", number("id"), number("client_id"), text("ip"))
	consents.Bar = store.KeepsHistory
	history := table("historique_clients", number("id"), number("client_id"), text("nom"))
	p := Make([]Store{{"crm", store.Schema{Tables: []store.TableInfo{calls, clients, orders, consents, history, products, notes}}}})
	var names, links []string
	for _, d := range p.Register.Datasets {
		names = append(names, d.Name)
		for _, l := range d.Links {
			links = append(links, fmt.Sprintf("%s.%s %s %s", l.Table, l.On[0].Child, l.Kind, d.Table))
		}
	}
	if diff := cmp.Diff([]string{"appels", "clients", "consentements", "historique_clients", "rappels"}, names); diff != "" {
		t.Errorf("datasets (-want +got):\n%s", diff)
	}
	want := []string{"appels.client_id refers_to clients", "commandes.client_id refers_to clients", "consentements.client_id accessed_by clients", "historique_clients.client_id refers_to clients", "rappels.id_client refers_to clients"}
	if diff := cmp.Diff(want, links); diff != "" {
		t.Errorf("links (-want +got):\n%s", diff)
	}
	if len(p.Guessed) != 4 || p.Guessed[0] != (Guess{"crm", "appels", "client_id", "clients"}) {
		t.Errorf("guessed %+v", p.Guessed)
	}
	reasons := map[string]string{"crm.commandes": reason([]string{"clients"}), "crm.produits": reason(nil)}
	if diff := cmp.Diff(reasons, p.Register.Ignored); diff != "" {
		t.Errorf("ignored (-want +got):\n%s", diff)
	}
	found := p.Register.Datasets[1]
	if diff := cmp.Diff(map[string][]string{"email": {"email"}, "phone": {"tel_fixe", "portable"}, "name": {"nom"}}, found.Person); diff != "" {
		t.Errorf("person (-want +got):\n%s", diff)
	}
	blank := found.Groups[slices.IndexFunc(found.Groups, func(g register.Group) bool { return g.Category == "identity" })].Blank
	if blank["nom"].Value != "–" || blank["naissance"].Value != "1970-01-01" || len(blank) != 2 {
		t.Errorf("identity is blanked by %+v", blank)
	}
}

// TestSameTableTwice: two stores may have a table of one name, and two names may be one word.
func TestSameTableTwice(t *testing.T) {
	t.Parallel()
	s := store.Schema{Tables: []store.TableInfo{table("Clients", number("id"), text("nom")), table("clients ", number("id"), text("nom"))}}
	var names []string
	for _, d := range Make([]Store{{"crm", s}, {"web", s}}).Register.Datasets {
		names = append(names, d.Name)
	}
	if diff := cmp.Diff([]string{"crm_clients", "crm_clients_2", "web_clients", "web_clients_2"}, names); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}

// TestKeys: an address that names the record is still the way to find a person.
func TestKeys(t *testing.T) {
	t.Parallel()
	p := Make([]Store{{"web", store.Schema{Tables: []store.TableInfo{table("abonnes", needed(text("email")), store.Column{Name: "inscrit_le", Type: store.DateTime})}}}})
	d := p.Register.Datasets[0]
	if !slices.Equal(d.Person["email"], []string{"email"}) || len(d.Groups) != 1 || !slices.Equal(d.Groups[0].Columns, []string{"email"}) {
		t.Errorf("proposed %+v", d)
	}
}

// TestPrefixes: many programs give all their tables a prefix.
func TestPrefixes(t *testing.T) {
	t.Parallel()
	customer := table("ps_customer", number("id_customer"), text("lastname"))
	guest := table("ps_guest", number("id_guest"), number("id_customer"), text("ip"))
	p := Make([]Store{{"shop", store.Schema{Tables: []store.TableInfo{customer, guest}}}})
	if len(p.Guessed) != 1 || p.Guessed[0] != (Guess{"shop", "ps_guest", "id_customer", "ps_customer"}) {
		t.Errorf("guessed %+v", p.Guessed)
	}
}
