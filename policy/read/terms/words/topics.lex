# What a heading or the head of a table announces.

[definition]
principes (generaux|applicables|relatifs|de protection)
[rights]
(droit*|reclamation* ..5 (cnil|autorite*)|exercer|exercice|ce que vous pouvez demander|vous pouvez demander|que puis je ..3 demander)
[retention]
(jusqu a quand|pendant combien|duree*|combien de temps|conservation|conservees|conservons|archivage|retention|quand supprim*)
[transfer]
(transfert*|transfere*|hors ..3 (union|ue|europe*|eee)|international*)
[recipients]
^ (a|avec) qui
(destinataire*|communique*|partage*|transmi*|acces a|sous traitant*|prestataire*|tiers|qui a acces|partenaire*|a qui|qui d autre|qui ..3 (voit|voient|consulte*|recoit|recoivent)|qui peut ..3 (voir|consulter))
[security]
(securite|protege*|securis*|confidentialite et|violation*|fuite*|protection de vos)
[cookies]
(cookie*|traceur*|contenu* embarque*)
[purposes]
(finalite*|pourquoi|pour quoi|a quel* fin*|quel* but*|dans quel but|objectif*|utilisation ..4 (donnee*|information*)|utilise* ..4 (donnee*|information*)|utilisons|but* du traitement|a quoi serv*|a quoi ..3 donnee*|ce que nous ..2 faisons|que faisons nous|que fait on|usages|traitement* ..4 (realise*|mis en oeuvre|effectue*)|usage*)
[bases]
(base* legale*|base* juridique*|fondement*)
(quelle* base*|^ base*)
[data]
(quand|comment|ou) ..2 collect* ..3 (donnee*|information*)
(quelle* ..2 (donnee*|information*)|categorie* ..3 donnee*|donnee* ..3 (collect*|traitee*|concernees|recueill*)|ce que nous ..1 (recueill*|collect*)|informations ..2 (collectees|recueillies)|nature des donnees|types de donnees)
[people]
(personnes concernees|qui est concerne|qui peut etre concerne|champ d application)
[identity]
(responsable*|mentions legales|editeur|contact*|delegue*|dpo|qui sommes nous)
[change]
(modification*|mise* a jour|evolution*)
[definition]
(qu est ce|definition*|cadre legal|reglementation|presentation|preambule|introduction)
