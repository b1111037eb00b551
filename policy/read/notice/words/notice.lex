# What a sentence of a notice says. One meaning has one purpose; several are combined in the program.

[responsible]
(decid*|determin*) ..3 (traitement*|finalites|fichier*)
(repond*|responsable*) ..1 (traitement*|usage*) ..3 donnees
responsable* [conjoint*] (de|du|des|de ce|de ces|de leur|de vos|de leurs) [ce|ces|ses|vos] (traitement*|donnee*|fichier*|collecte)
responsable* [conjoint*] ..2 traitement*
(gestionnaire|maitre) ..2 (fichier*|traitement*)

[responsible_no]
(droit*|demander|aupres|adress*|autre|tiers|nouveau|par un|interets ..4 poursuivi*|poursuivis par|obligation* ..5 laquelle|impose* ..3|laquelle le) ..6 responsable*
responsable* (marketing|informatique|commercial*|qualite|communication)

[company]
(siret|siren|rcs|r c s|naf|ape|rna|finess|tva|capital|siege|immatricule*|sas|sasu|sarl|eurl|sa|sci|scop|snc|selarl|scp|s a s|s a r l|s a|e u r l|association loi|loi 1901|auto entrepreneur|micro entrepreneur|micro entreprise|entreprise individuelle|entrepreneur individuel|cooperative|mutuelle|fondation|etablissement public|collectivite territoriale|groupement)
(enregistree|inscrite|immatriculee|declaree|domiciliee|situee|sise|represente*) (au|a|en|dont|aupres|sous|par)

[joint]
(responsabilite|responsables|responsable) ..2 conjoint*
conjointement responsable*
coresponsable*
(duty|designe*) ..4 responsable ..4 (gestion des droits|notification)

[processor_role]
(en|la) qualite de sous traitant
(agi*|interv*|etre|considere*) ..4 sous traitant* ..12
pour le compte d* ..6 (clients|tierce*|client|donneur*)
traitement* par (les|nos|vos) clients

[dpo]
(delegue*|deleguee*|referent*|correspondant*) ..3 protection ..3 donnee*
(dpo|dpd|data protection officer|referent rgpd|correspondant informatique et libertes|cil)

[dpo_act]
(contact*|joind*|joign*|design*|nomme*|coordonnees|ecri*|adress*|aupres|saisi*|suivi*|interroger|consult*|solliciter|email|mail|courriel|courrier|tel|telephone|est|sont|nom|prenom)

[contact]
(contact*|joign*|joind*|ecri*|adress*|question*|courrier*|courriel|email|e mail|mail|telephone|renseignement*|interrogation*|demande*|voie postale|nous faire part)

[by_post]
(contact*|courrier*|ecri*|voie postale|lettre*|adress* ..3 suivante|a l adresse|joign*|joind*)

[privacy_mailbox]
(*dpo*@*|*dpd*@*|*rgpd*@*|*gdpr*@*|*privacy*@*|*donnees*@*|*data*@*|*confidentialite*@*|*protection*@*|*cnil*@*|*personnelles*@*|*vieprivee*@*)

[transmit]
(transmi*|transmet*|communiqu*|partag*|divulgu*|cede|cedes|cedee*|ceder|cedons|cession*|vend|vends|vendu*|vendons|vendre|vente ..3 donnee*|revend*|lou|loue*|louer|louons|devoil*|diffuse*|fourni* ..4 donnee*|transfer* ..3 (tiers|partenaire*|prestataire*)|remis|remise*|remettre|envoye* a|adressee* a|adressees aux|presentee* aux|presentees a|echange* avec|rendue* accessible*|rendre ..3 accessible*|mise* a disposition de|mis* a la disposition|commercialis*|destinee* a|destinees aux|reserve* a|reservees aux)

[receive]
(destinataire*|acces ..6 (donnee*|information*)|acceder* ..6 (donnee*|information*)|accedent|aura* ..4 acces|auront ..4 acces|avoir acces|ont acces|a acces|consult* ..4 donnee*|recoi*|reception ..3 donnee*|faire l objet d un traitement par|traitee* par|confie*|fait appel a|faisons appel a|recour* ..2 a|avons recours|intervenant ..4 compte|avec l aide de)

[hosted_by]
(acces|accede*) ..8 pour notre compte
(passe|passent) par ..2
(heberge*|hebergement|stocke*|sauvegarde*|enregistre*|gere*|opere*|fourni*|mis a disposition|mise* a disposition|realise*) ..6 par ..4 (societe|entreprise|cooperative|prestataire*|association|hebergeur|plateforme|solution|logiciel|outil|service*|ovh|o2switch|ionos|gandi|google|amazon|microsoft|infomaniak|scaleway|stripe|paypal|brevo|mailchimp|shopify|wix)
(hebergeur|hebergement) [du] [de] [notre|ce|le] [site] ..3 (est|assure)
au travers d un cdn
(site|application|plateforme|donnee*|serveur*|logiciel) ..4 heberge* ..3 (par|chez)
(a l aide|au moyen|par l intermediaire) d ..1 (service|prestataire|plateforme|outil) ..6
(utilis*|recour*|fait appel|faisons appel|via) ..8 (google analytics|stripe|paypal|brevo|sendinblue|mailchimp|mailjet|hubspot|calendly|doctolib|helloasso|matomo|hotjar|recaptcha|google maps|youtube|openstreetmap|cloudflare|ovh)

[none]
sans ..3 (transmi*|transmet*|communiqu*|partag*|divulgu*|cession|vente)
(ne|n|ni|aucun*|jamais) ..8 (transmi*|transmet*|communiqu*|partag*|divulgu*|cede*|cedons|cession|vend*|revend*|vente|loue*|louons|location|devoil*|commercialis*|echange*)
(aucun*) ..4 (tiers|partenaire*|cession|transmission|communication|vente)
(ailleurs|autre*) ..1 qu ..2 sein

[none_but]
sans ..4 (consentement|accord|autorisation)
(transfer*|hors|mot de passe|secret|vous ne|empech*|eviter|non autorise*|ne ..3 que)

[anaphora]
^ (ces|ce|cette|ils|elles|celui*|chaque|l ensemble de ces|tous ces|nos sous traitants sont|les sous traitants sont|nos prestataires sont|lesdits) ..3 (prestataire*|sous traitant*|tiers|destinataire*|partenaire*|societes|entreprises|personnes|organismes|s|sont|ont|n|ne|doivent|peuvent) ..8 (engag*|tenu*|soumis*|respect*|garanti*|obligation*|confidentialite|present*|securi*|contractuel*|conform*|utilis*|exclusivement|que)
(susvise*|precite*|susmentionne*)
(s assure*|nous assurons|veill*|exige*|impos*) ..12 (prestataire*|sous traitant*|tiers|partenaire*)

[outside]
(depuis|aux|au|en) (etats unis|usa|royaume uni|canada|suisse|inde|israel|japon|maroc|tunisie|madagascar|chine|australie|philippines)
(sort|sortent|quitte|quittent|sortir) ..3 (union|europe|france|ue)
(hors|dehors|exterieur|au dela) [de|du|des] [l|la] (union|ue|u e|europe|eee|e e e|espace economique|territoire ..3 union|territoire europeen|zone)
(vers|dans|a destination de|situe* ..2|etabli* ..2|localise* ..2|heberge* ..2|bases) ..4 (pays tiers|etats unis|usa|u s a|royaume uni|canada|suisse|inde|israel|japon|maroc|tunisie|madagascar|maurice|chine|australie|ukraine|senegal|philippines)
(transfert*|transfere*) ..8 (pays tiers|etats unis|usa|international*|hors|transfrontalier*)
(pays tiers|pays non membre*|pays n appartenant|non europeen*)
transferts internationaux

[move]
(transfer*|transmi*|heberg*|stock*|trait*|acced*|situe*|localis*|conserv*|envoy*|circul*|export*|etabli*)

[safeguard]
(clauses contractuelles [types|standard*|europeennes]|clauses types|clauses standard*|clauses contractuelles)
(decision* ..2 adequation|niveau de protection ..3 (adequat|equivalent|suffisant)|protection adequate|pays adequat*|reconnu* ..1 adequat*)
(regles ..3 (entreprise|contraignantes)|bcr|binding corporate rules)
(privacy shield|data privacy framework|dpf|bouclier de protection|cadre de protection des donnees|accord transatlantique)
(garanties ..2 (appropriees|adequates|suffisantes|necessaires)|article 46|articles 44|code de conduite approuve)

[adequacy]
(decision* ..2 adequation|niveau de protection ..3 (adequat|equivalent|suffisant)|protection adequate|pays adequat*|considere* comme ..4 (adequat|suffisant)|reconnu* ..1 adequat*)
[scc]
(clauses contractuelles|clauses types|clauses standard*)
[bcr]
(regles ..3 (entreprise|contraignantes)|bcr|binding corporate rules)
[dpf]
(privacy shield|data privacy framework|dpf|bouclier de protection|cadre de protection des donnees|accord transatlantique)

[no_transfer]
(ne|n|aucun*|jamais|sans|rien|pas) ..8 (transfer*|transmi*|sort*|export*|quitt*|envoi*)

[eu_host]
(heberg*|stock*|conserv*|serveur*|localis*|situe*|sauvegard*|datacenter*|data center*) ..10 (union europeenne|ue|france|europe|eee|espace economique|finlande|allemagne|irlande|pays bas|belgique|europeen*)

[complaint]
(reclamation*|plainte*|plaindre|saisir|saisie|recours|introduire|deposer|contacter) ..12 (cnil|commission nationale|autorite ..2 controle|autorite ..2 protection)
(cnil|commission nationale ..6 libertes) ..12 (reclamation*|plainte*|adresse|place de fontenoy)

[identity_check]
(justificatif*|copie|piece*|preuve|photocopie|titre) ..4 identite
(justifi*|prouv*|verifi*|confirm*|doute*|identifier) ..12 identite
(elements complementaires|informations complementaires|informations supplementaires) ..8 (identifi*|identite)

[exercise]
(exerc*|adress*|ecri*|contact*|demande*|envoy*|formul*) ..20
(formulaire|espace personnel|espace client|mon compte|lien de desabonnement|lien de desinscription)

[answer]
(repond*|reponse*|traite*|donner suite|delai*|satisf*|apport*) ..16 (mois|jours|semaine*|meilleurs delais)

[soon]
meilleurs delais

[security]
(mesures|dispositif*|moyens|precautions|procedures) ..8 (technique*|organisationnelle*|securite|protection|utiles|appropriees|physiques|logiques)
(chiffr*|crypt*|ssl|tls|https|pare feu|firewall|antivirus|sauvegarde* reguliere*|authentification|mot* de passe|habilitation*|pseudonymis*|controle d acces|journalis*|hachage|badge|locaux ..4 (ferme*|cle*|securis*))
(serveur*|heberg*|stock*) ..4 securis*
(securite|confidentialite|integrite|disponibilite) ..8 (donnee*|information*|traitement*|systeme*)
(engagement|accord|clause|obligation*) de confidentialite
(acces|altere*|deforme*|endommage*|perte|divulgation|detruit*) ..6 non autorise*

[breach]
(violation*|fuite*|incident*|compromi*|intrusion|piratage) ..12 (notif*|inform*|avert*|communiqu*|cnil|autorite*|alert*|signal*)
(notif*|inform*|avert*|alert*|signal*|prendre contact) ..14 (violation*|fuite*|incident* de securite)
(notif*|inform*) ..10 (72|soixante douze) (h|heures)
integrite ..6 (compromise|atteint*)

[change]
(modifi*|mise* a jour|mettre a jour|mettrons a jour|evolu*|revis*|amend*|complet*|actualis*|chang*) ..10 (politique|charte|document|page|notice|presente*|declaration|mentions)
(politique|charte|document|presente|notice|declaration) ..14 (modifi*|mise* a jour|evolu*|revis*|amend*|actualis*|etre completee|susceptible*)
(derniere|date) ..3 (mise a jour|modification|revision|actualisation)
(mise a jour|version|en vigueur) ..4 (janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre|20*)

[mandatory]
(obligatoire*|facultati*|asterisque*|optionnel*) ..20
(defaut|absence) ..3 (reponse|information|fourniture|communication) ..12

[mandatory_about]
(donnee*|information*|champ*|champs|renseignement*|formulaire*|asterisque*|reponse*|collecte)

[automated]
(decision*|traitement*|profilage) ..6 automatis*
(profilage|profiling|scoring)

[consent]
(consentement|accord|opt in) ..8 (prealable|explicite|expres|specifique|libre|recueilli*|requis|demande*|donne*|sollicite*|necessaire)
(avec|sans|apres|sous reserve de|recueil* ..2|si vous y avez|donne* ..2|donner ..2) [votre|leur|son|l] (consentement|accord|consenti)
(consentez|consenti|acceptez|coche*|case a cocher|caseacocher)
(mineur*|parent*|titulaire* de l autorite parentale) ..10 (consentement|accord|autorisation)

[source_direct]
(lorsque|quand|des que|au moment|a l occasion|lors) ..4 (vous|utilisateur*|client*|remplissez|renseign*|cre*|command*|inscri*|contact*|navig*|visit*|compt*|achat*)
(directement|formulaire*|par telephone|en ligne|en boutique|en magasin|navigation|sur notre site|via notre|aupres de vous|communiquez|fournissez|saisi*|transmettez)

[source_other]
(indirect*|aupres d* ..2 (tiers|partenaire*)|location de fichiers|achat* de fichiers|fichiers ..3 achete*|transmission de fichiers|partenaire*|source* publique*|reseaux sociaux|prescripteur*|accessibles publiquement|societe* specialisee*)

[collected]
(collect*|recueill*|obten*|provien*|recevons|fourni*|communiqu*)

[cookie]
(cookie*|traceur*|balise* web|pixel*)
