package notice

// third names countries outside the European Economic Area, folded, with their ISO 3166 codes.
var third = map[string]string{
	"etats unis": "US", "usa": "US", "amerique": "US", "royaume uni": "GB", "angleterre": "GB", "suisse": "CH", "canada": "CA", "quebec": "CA",
	"inde": "IN", "israel": "IL", "japon": "JP", "maroc": "MA", "tunisie": "TN", "algerie": "DZ", "madagascar": "MG",
	"maurice": "MU", "chine": "CN", "australie": "AU", "ukraine": "UA", "senegal": "SN", "philippines": "PH",
	"turquie": "TR", "serbie": "RS", "bresil": "BR", "singapour": "SG", "coree": "KR", "russie": "RU", "mexique": "MX",
}
