# The rights of people, as they are named and as they are described.

[access]
telecharger ..3 donnee*
(obtenir|demander|avoir) ..2 communication
(voir|connaitre|savoir) ..6 (donnee*|informations)
(demander|savoir|connaitre) ..2 ce qu[e] ..4 (sur vous|vous concernant)
ce qu on a sur vous
droit* (d|de|a l) acces
droit* ..3 acceder
(demander|obtenir|solliciter|droit de ..3|beneficiez ..3|disposez ..6|pouvez ..4|possibilite ..3) ..6 (acces|acceder) [a|aux] [vos|leurs|ses|ces|des|l|aux]
(obtenir|demander|recevoir|avoir|droit a) ..6 (copie|confirmation|communication) ..6 donnee*
droit de (consulter|consultation|regard|communication)
(recevoir|obtenir|demander|telecharger) ..3 (fichier|copie|export) ..8 (donnee*|information*)
(acceder|consulter) ..5 (donnee*|information*|dossier)
^ [l] acces
(une|la) copie ..4 (dossier|donnee*|information*)
acces (rectification|modification|effacement|suppression)
droit* ..2 d acces

[rectification]
(rectifi*|corriger|faire corriger|correction|corrigees|mise a jour ..6 donnee*|mettre a jour ..4 (donnee*|information*))
(droit*|demander|acces) ..6 modif*
(faire|demander) ..3 (modifier|completer|corriger)

[erasure]
droit* ..4 (effacement|suppression|oubli|effacer|supprimer)
(demander|demandez|obtenir|solliciter|pouvez|souhaitez|disposez|faire) ..14 (effac*|suppr*)
(rectification*|acces|modif*|opposition) ..12 (effacement|suppression|supprimer|effacer)
droit a l oubli
^ [l|la] (effacement|suppression)
(effacement|suppression) ..5 (vos donnee*|ses donnee*|leurs donnee*|donnee* ..3 concernant|celles ci|de vos)

[restriction]
(limitation|limiter|restriction|restreindre|gel|gele|geler|bloquer|suspendre) ..6 (traitement*|utilisation|usage|donnee*)
droit* ..6 limitation
^ [la] limitation
(opposition|portabilite|effacement|rectification|suppression) ..6 limitation

[portability]
(recevoir|recuperer|obtenir) ..4 format
(emporter|recuperer|emmener) ..8 (ailleurs|format|lisible)
^ [ou] [et] [leur|le|un] transfert
(limitation|effacement|rectification|acces) ..4 (transfert|transferer)
portabilite
(exporter|export) ..6 (donnee*|information*)
(format|support) ..3 structure*
(recuperer|recevoir|transmettre|transferer) ..8 donnee* ..12 (autre responsable|autre organisme|lisible|format)

[objection]
(arreter|cesser) ..3 (utiliser|utilisation)
droit* ..6 oppos*
(vous|s|m|me|se) [y] oppos*
^ [l] (opposition|droit d opposition)
(limitation|effacement|suppression|rectification|acces|portabilite) ..8 opposition
sauf ..3 (opposition|exercice ..5 opposition)
(opposition|opposer) ..4 (traitement*|prospection)

[withdraw_consent]
(retir*|revoqu*|revocation|retrait) ..6 (consentement|accord)
(consentement|accord) ..12 (retire*|revoqu*|retrait|reprendre)
(revenir sur) ..3 (consentement|choix|accord)
droit* ..2 retrait
changer d avis

[post_mortem]
directive* ..24 (deces|mort*|post mortem)
(apres|cas de|suite a|a compter de) ..2 (deces|mort|votre deces) ..24 directive*
(sort|devenir|deviendr*) ..8 (deces|mort)
post mortem
(decider|organiser|determiner|devenir|dire|indiquer) ..14 (deces|mort|decede*)

[human_review]
(refuser|opposer) ..4 decision* ..12 (machine|algorithme|ordinateur|logiciel|automatique*|automatise*)
(intervention|intervenir|reexamen) ..5 (humaine|personne|humain)
(ne pas|non) ..4 (objet|soumis*) ..8 (decision*|profilage)
(contester|reexaminer) ..4 decision*
