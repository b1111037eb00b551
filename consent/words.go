package consent

// Words says a channel to people.
func (c Channel) Words() Text {
	return map[Channel]Text{
		Call: {"par téléphone", "by telephone"}, Automated: {"par automate d’appel", "by calling machine"}, SMS: {"par SMS", "by SMS"}, Email: {"par courriel", "by e-mail"},
		Social: {"par messagerie", "by message"}, Post: {"par courrier", "by letter"}, Share: {"partage avec des tiers", "sharing with others"}, Profile: {"profilage", "profiling"},
	}[c]
}
