# What tells that a sentence is about keeping, and the other things it says.

[keep]
(jete*|jette*|jetons|enleve*|enlevons)
(devien*|rend*|rendu*|devenu*) anonyme*
(agrege|agregee|agreges|agregees)
(est|sont|etre|sera|seront) (vide*|retires|retirees|retire|retiree)
(conserv*|garde*|gardons|archiv*|stock*|supprim*|effac*|efface*|detrui*|detruit*|anonymis*|purg*|retention|retenu*|detenu*|detenons|hebergees pendant|enregistre* pendant|duree de vie|duree de validite|effacement automatique)

[deadline]
(repond|repondons|repondra|repondrons|repondre|(dans|sous|delai*) ..8 reponse*|reponse* ..6 (dans|sous|delai*)|notifi*|preavis|informe* ..8 avant|retract*|delai ..4 (reponse|repondre)|prolonge*|dans les meilleurs delais)

[erase]
(jete*|jette*|jetons|enleve*|enlevons)
(est|sont|etre|sera|seront) (vide*|retires|retirees|retire|retiree)
(supprim*|effac*|detrui*|detruit*|purg*|destruction)

[anonymise]
(devien*|rend*|rendu*|devenu*) anonyme*
(agrege|agregee|agreges|agregees)
(anonymis*|anonymes)

[archive]
(archiv*|archivage|base* intermediaire*)

[ask_again]
(reprendre contact|(recontact*|interrog*|contact*|demand*|invit*) ..6 (souhait*|savoir|confirm*)|savoir si vous souhaitez|solliciter ..5 (nouveau|renouvel*)|(renouvel*|confirm*|reiter*) ..3 (consentement|accord|souhait))

[min]
(au moins|minimum|minimale*|au minimum|a minima|au plus tot)

[cookie]
(cookie*|traceur*)

[paper]
(papier|imprime*)

[age]
(moins de|plus de|age* de|mineur* de|ages de|a partir de l age de|age minimum|minimum de l age)
