# The legal bases.

[precontract]
(mesure*|relation*|demarche*|execution|phase|etape*|negociation*|cadre) ..4 (precontractuel*|pre contractuel*)
(precontractuelle*|pre contractuelle*)
preparation ..2 contrat*
contrat* ..2 preparation

[contract]
execution ..3 (contrat*|conditions generales|cgv|cgu|prestation*|commande*|relation* contractuelle*|relations contractuelles|engagement*|convention*|bail|mandat*|service*)
(base*|fondement*|cadre|fonde*) ..4 (contrat|contractuel|contractuelle)
(nos|notre|relation|relations|necessite|base) contractuelle*
contrat

[legal_obligation]
(loi*|code) ..4 oblige*
obligation* ..2 (legale*|reglementaire*|comptable*|fiscale*|sociale*|legales)
(respect|conformite) ..4 (loi|reglementation|legislation|obligation*)
obligation* ..6 (loi|code|reglement)

[legitimate_interest]
interet* ..2 legitime*

[consent]
(consentement|accord explicite|accord prealable|opt in)
(a|avez|ont|ait|ayez) ..1 consenti*
(avec|sous reserve de|sous reserve d|moyennant|demand*) ..1 (votre|leur|son|l|un) accord

[vital_interests]
interet* vita*
sauvegarde ..3 (vie|interet*)

[public_interest]
(mission*|interet*) ..8 (public|publique|service public)
autorite publique dont ..4 investi*

[label]
(base* legale*|base* juridique*|fondement* juridique*) (du|de ce|de|retenue) ..2
(base* legale*|base* juridique*|fondement*)

[marker]
c est (notre|le|un|votre) (contrat|consentement|interet*|obligation*)
(loi*|code) ..4 oblige*
^ (base*|fondement*) [legale*|juridique*] ..3 (contrat*|consentement|interet*|obligation*|loi|mission|accord)
(base* legale*|base* juridique*|fondement* [juridique*|legal*|legaux]|fonde* sur|fondee* sur|fonde [egalement] sur|repose* sur|justifie* par|base* sur|basee* sur|a pour base|sur la base|sur le fondement|necessaire* a l execution|soumis* a|au titre (de|d|du)|en vertu (de|d|du)|conformement a (nos|la|une|ses|leurs)|releve* (de|d|du)|repond* a|resulte* (de|d|du)|avec (votre|leur|son|l) (consentement|accord)|necessaire* (a|au|aux)|auquel ..4 consenti*|sous reserve ..3 (consentement|accord)|si ..3 (consenti*|accepte*|coche*)|requiert|requis*|necessite*|obeit a|licite*|legitime*)
