# Keeping without a figure: what says how long.

[state]
(pendant|durant|sur|tout au long de) [toute] [la] (duree|periode|vie|execution) [de] [d] [la] [l] [notre|nos|votre|vos|leur|leurs] ..1 (relation*|contrat*|contractuelle*|referencement|adhesion*|abonnement*|inscription*|compte*|bail|mandat*|scolarite|sejour*|service*|prestation*|publication*|vie|voyage*|trajet*|evenement*|chantier*|travaux|projet*|concours|jeu|campagne*|utilisation|litige*|procedure*|membre*|location*|mission*|convention*|accompagnement|formation|suivi)
(pendant|durant) ..3 (relation*|execution) ..2 (contrat*|contractuelle*|commerciale*)
toute la duree contractuelle
duree (de|du|d) [la|l|votre|leur] ..1 (voyage*|bail|contrat*|compte*|relation*|abonnement*|adhesion*|inscription*|sejour*|scolarite|session|formation|mission|mandat*|convention*)
(conservation|duree*|activ*) duree [de] [d] [la] [l] ..1 (relation*|contrat*|adhesion*|abonnement*|inscription*|compte*|bail|mandat*|scolarite|sejour*|prestation*)
duree de vie ..4 (publication*|compte*|produit*|contenu*|annonce*)
(tant que|aussi longtemps que)
le temps (de|du|que)
(pendant|durant) ..2 duree ..1 (relation*|contrat*|referencement*|traitement*|procedure*)

[until]
jusqu a [ce] [que]
jusqu au
jusqu aux

[need]
(duree*|temps|periode*|delai*) ..2 [strictement] necessaire*
(duree*|temps|periode*|delai*) ..2 (appropriee*|raisonnable*|adequate*|utile*|limitee*|proportionnee*)
aussi longtemps que necessaire
(que|qu) [pendant] ..4 duree ..2 necessaire*

indefini*
sans limit* ..3 (duree|temps)

[legal]
(duree*|delai*|regle*) ..2 prescription* [legale*]
(duree*|delai*) ..4 (legale*|reglementaire*|en vigueur)


[named]
(delai*|duree*) ..3 (indique*|precise*|mentionne*|prevu*) ..5
(duree*|delai*) ..6 propre*
prolong* ..3 (delai*|duree*) ..2 (stockage|conservation)

[varies]
(duree*|elle|elles) ..8 (varie*|depend*|differe*)
(duree*) ..2 (fixee*|definie*|precisee*|determinee*) ..8

[once]
(supprim*|effac*|detrui*|anonymis*|purg*|jete*|jette*|jetons|enleve*|enlevons) ..4 (sitot|quand|lorsque|aussitot|apres|une fois|a la fin|a l issue)
(est|sont|sera|seront) vide* ..4
(supprime*|efface*|detruit*|anonymise*|purge*) ..3 (apres|sitot|a la fin|en fin|a la cloture|a l issue|a la suite|au terme|une fois|lors|tous les|chaque) ..6
(a l issue|au terme|a l expiration|passe|au dela|a la fin|l issue) ..10 (supprime*|efface*|detruit*|anonymise*|purge*|archive*|reprendre contact|solliciter)
absence de reponse ..8 (supprime*|efface*|detruit*)
