# What purposes, data and people are about, by the words of their titles. A lawyer can extend this list.

[prospecting]
(prospect*|demarch*|publicit*|marketing|newsletter|infolettre|lettre d information|campagne*|nouveautes|promotion*|sollicit*)
(offres|communications|information) ..2 (commercial*|promotionnel*|speciales)
offres ..4 (partenaire*|produits|services)

[phone]
(telephon*|appel*|demarchage|phoning|teleprospection)

[email]
(e mail*|email*|courriel*|mail*|electronique*|newsletter|infolettre|lettre d information|sms)

[candidate]
(candidat*|recrut*|cv|cvtheque|vivier)

[recording]
enregistrement* ..3 (appel*|telephon*|conversation*|vocal*|audio)
(ecoute*) ..3 (appel*|telephon*)

[cctv]
(videosurveillance|video surveillance|videoprotection|video protection|cameras)

[geolocation]
(geolocalis*|position gps|gps|geoloc*)

[card]
(carte* bancaire*|numero de carte|numeros de carte|cvv|cryptogramme)

[logs]
(journaux|journalisation|logs|log|traces techniques|historique de connexion|donnees de connexion)

[invoices]
(factur*|comptab*|pieces comptables)

[vague]
^ (ameliorer|amelioration) ..2 (services|produits|site)
(usage interne|fins commerciales|finalites diverses|autres finalites|fins internes)

[employee]
(salarie*|personnel|employe*|collaborateur*)

[audience]
(audience|statistique*|frequentation|analytics)

[shield]
privacy shield
