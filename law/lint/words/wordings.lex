# Sentences of a published text that the law faults, or that it wants to find there. A lawyer can extend this list.

[bloctel]
bloctel

[opt_out]
(decoch*|precoch*|pre coch*)
en (poursuivant|continuant) ..4 navigation ..10 (accept*|consent*)
(poursuite|utilisation) ..5 (site|navigation) ..6 (vaut|emporte|implique) ..4 (accept*|consentement)
sauf ..3 (opposition|avis contraire|refus) ..14 (offres|prospect*|newsletter|sollicit*|partenaire*)

[bundled]
(accept*) ..6 (cgv|cgu|conditions generales) ..16 (accept*|consent*|autoris*) ..8 (offres|prospect*|newsletter|sollicit*|partenaire*|traitement*)

[objection_marketing]
(oppos*|refus*|stop) ..14 (prospect*|demarch*|commercial*|sollicit*|publicit*|marketing|promotion*|offres|newsletter|rappels)
(prospect*|demarch*|sollicit*|publicit*|offres|newsletter) ..14 (oppos*|refus*|desinscri*|desabonn*)

[form]
(formulaire*|champ*|inscription en ligne)

[legal_text]
(article*|art|code|loi*|decret*|ordonnance|directive|cgi|l|r|d) ..3
(comptab*|fiscal*|blanchiment|travail)

[partners]
(partenaire*|tiers) ..6 (commercia*|selectionn*|prospect*|offres|publicit*)
(offres|prospect*|publicit*) ..8 partenaire*

[listed]
(liste|suivants|ci dessous|ci apres|a savoir|dont voici)

[dated]
(mis* a jour|version|revision|revise*|modifie*|entree en vigueur|en vigueur|date*|derniere*) ..8 (janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre|20*)
