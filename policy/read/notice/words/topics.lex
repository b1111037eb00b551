# What a heading, the line above a list or the head of a column announces. The first meaning that is found counts.

[definition]
(qu est ce|que signifie|definition*|glossaire|lexique)
principes (generaux|applicables|relatifs|de protection)
(cadre|references) ..2 (legal|legaux|reglementaire*|juridique*)

[breach]
(violation*|fuite*|incident*|piratage) ..3 (donnee*|securite)
(en cas de|gestion des) (violation*|fuite*|incident*)

[cookies]
(cookie*|traceur*|balise*)

[embedded]
contenu* ..3 (embarque*|integre*|tiers)
(services|outils|liens|plugins|modules) tiers
(boutons|plug ins|reseaux sociaux)

[transfer]
transfert*
(quitt*|sort*|partent) ..4 (france|europe|union)
(hors|dehors|exterieur) ..3 (union|ue|europe*|eee|espace|france)
international*

[complaint]
(reclamation*|plainte*) ..6 (cnil|autorite*|controle)
^ reclamation*

[rights]
(quels|vos|mes|ses|des|les|leurs|tes) droits
(exercer|exercice) ..3 droit*
^ vos choix
droit* ..4 (personne*|utilisateur*|client*|concernee*|acces|internaute*|adherent*|patient*|usager*|disposez|rgpd|legaux)
droit*
ce que vous pouvez ..2 (demander|faire)
(que|quoi|qu) ..3 (demander|exiger)
(acceder|rectifier|modifier|supprimer) ..6 (donnee*|information*)
maitrise* ..4 donnee*

[security]
(securite|securis*|protegees|protegeons|protege*|confidentialite des)
mesures ..3 (technique*|organisationnelle*|protection)
(heberge*|hebergement|stocke*|stockage)

[recipients]
(partage|partages|echanges) ..4 
^ (a|avec) qui
destinataire*
ou ..3 (donnee*|information*) ..4 (envoye*|vont|partent)
(qui|quelles personnes) ..4 (acces|accede*|recoit|recoivent|consulter|voit|voient)
qui d autre
(qui|aupres de qui|avec qui|a qui) ..6 (communiqu*|partag*|transmi*|transmet*|divulgu*|vend*|donnons|donner)
(communique*|partage*|partageons|transmi*|transmission|divulgation|communication|cession|cede*) ..5 (donnee*|information*|tiers)
(donnee*|information*) ..6 (communiqu*|partag*|transmise*|divulgu*|accessible*|cedee*)
(sous traitant*|sous traitance|prestataire*|partenaire*|hebergeur)
(tiers|partie tierce|tierces parties)
acces aux donnees

[retention]
(duree*|combien de temps|conservation|conservees|conservons|conservez|archivage|delai*)

[change]
(modification*|mise* a jour|evolution*|revision|changement*|actualisation) ..6
version*

[sources]
(comment|quand|aupres de qui|d ou|origine|source*|provenance|moyens|moment) ..6 (collect*|recueill*|obten*|provien*|donnee*)
(source*|origine|provenance) ..3

[purposes]
(finalite*|pourquoi|quel but|quels buts|quelles fins|objectif*|utilisation ..4 donnee*|utilis* ..4 donnee*|base* legale*|base* juridique*|fondement*|traitement* ..3 (realise*|mis en oeuvre|effectue*))

[data]
(quelle* ..2 (donnee*|information*)|categorie* ..3 donnee*|donnee* ..4 (collecte*|traitee*|concernee*|recueillie*)|types ..2 donnee*|nature ..2 donnee*|informations ..2 (collecte*|recueill*))

[dpo]
(delegue*|dpo|dpd|data protection officer)
(contact*|contacter|joindre|question*|coordonnees|interlocuteur)

[identity]
responsable*
(qui sommes nous|mentions legales|editeur|identite|l entreprise|notre societe|presentation|qui traite|qui collecte)

[people]
(personnes concernees|qui est concerne|qui peut etre concerne|champ d application|perimetre)
