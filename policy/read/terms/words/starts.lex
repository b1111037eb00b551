# What a period starts from, or what ends a keeping without a period.
# A word ending in * takes any ending; (a|b) are alternatives; [a] may be missing; ..N are at most N words.

[last_contact]
dernier* [date] [de] [votre] (clic*|ouverture*|contact*|echange*|interaction*|communication*|prise|activite*|sollicitation*|demarche*|message*|visite*|action*|appel*)
(contact*|echange*|interaction*|prise de contact) ..3 (plus recent*|le dernier)
absence [totale] de [tout] (contact|interaction)
(inactivite|inactif|inactive)
(emanant|provenant) ..3 (prospect*|client*)
derniere prise de contact
derniere fois ..4 contact*

[last_login]
derniere* (connexion*|utilisation*|session*|authentification*)

[last_purchase]
dernier* (achat*|commande*|transaction*|passage*|sejour*|reservation*|vente*|don*|paiement*|reglement*)

[first_contact]
premier* (contact*|echange*)

[accounting_year_end]
cloture ..3 exercice*
fin ..5 exercice* [comptable*]
(fin|cloture) ..6 annee ..3 (comptable*|fiscal*)
annee de cloture
exercice* (comptable*|social|fiscal)
(fin|cloture) ..2 exercice

[site_completion]
(cloture|fin|achevement|reception|livraison) ..4 (chantier*|travaux|ouvrage*)

[credit_decided]
(preteur*|banque*|organisme* ..2 credit) ..4 decision
octroi ..3 (credit*|pret*|financement*)
(decision|reponse) ..5 (credit*|pret*|financement*)

[dispute_resolved]
(litige*|contentieux|procedure*) ..4 (ouvert*|pendant*|en cours)
(resolution|fin|issue|cloture|extinction|reglement|terme|duree|gestion|denouement) ..4 (litige*|contentieux|procedure*|differend*|instance*)
(expiration|epuisement) ..2 voies de recours
voies de recours
gestion du (litige|contentieux)
decision* (definitive*|de justice)
delais de recours

[file_closed]
(cloture|fin|fermeture|archivage|traitement complet) ..4 (dossier*|projet*|mission*|affaire|mandat*|sinistre*|commande)
dossier* ..2 clos*
(leur|sa) cloture

[request_by_person]
vous ..3 (demandez|demandiez|demandes)
vous (les|la|le|l) ..1 (supprim*|efface*|retir*)
demande [de] (suppression|effacement|retrait) [de]
(demande*|demandiez|demander*|solliciter*|sollicit*) ..5 (suppression|effacement|supprime*|efface*|retrait)
demande* ..2 (suppression|effacement|retrait) ..3 (client*|personne*|utilisateur*|part)
jusqu a [la] demande* ..3 suppression

[account_closed]
(suppression|fermeture|cloture|desactivation|resiliation|vie|existence) ..4 compte*
(compte*|profil*|espace) ..4 (actif|ouvert|supprime*|ferme*|cloture*|desactive*|existe)
(supprimer|fermer|cloturer|supprimiez|fermiez) ..3 compte

[withdrawal]
retrait ..4 (consentement|accord)
(retire*|retirer|retiriez|revoqu*|retirez) ..4 (consentement|accord)
revocation ..3 consentement
consentement ..4 (retire*|revoqu*|valable)

[opt_out]
(desinscri*|desabonn*|opposition|oppos*|opt out|unsubscri*)
(exercice|demande) ..4 droit d opposition
exercice du droit
liste* ..3 opposition

[recording]
enregistrement* [telephonique*|vocal|audio] [de]
date ..2 enregistrement*
(captation*|capture*) [des] [images|video]

[application_submitted]
(depot|reception|envoi|date|transmission|soumission) ..3 (candidature*|cv|dossier de candidature)
candidature*

[deposit_of_cookie]
(depot*|placement*|installation|inscription|enregistrement|pose) ..4 (cookie*|traceur*|terminal)
(depose*|installe*|place*) ..4 terminal

[request_processed]
(traitement|gestion|instruction|cloture|resolution|satisfaction|reponse|issue|traiter|repondre|repondu) ..5 (demande*|requete*|message*|question*|reclamation*|ticket*|sollicitation*|droits)
(leur|sa) (resolution|traitement)
demande* ..3 (traitee*|resolue*|cloturee*|satisfaite*)
(traitement|cloture) ..2 (cas|signalement*)

[decision_notified]
notification ..4 decision*
decision* ..5 (attribution|rejet|octroi|refus)
notification ..3 (decision|resultat*|attribution)

[delisting]
(dereferencement|referencement)
(duree|fin) ..4 (referencement|annonce*|mandat de vente)

[publication_removed]
(publication*|annonce*|contenu*|article*|page) ..3 (retire*|supprime*|depublie*)
(retrait|suppression|duree de vie|vie) ..4 (publication*|annonce*|contenu*|photo*|video*|article*)
(publication*|contenu*|annonce*) ..3 en ligne

[form_defined]
(annonce*|indique*|precise*|mentionne*|defini*|fixe*|prevu*) ..5 formulaire*

[no_positive_answer]
(absence|defaut) [de] reponse
absence ..3 reponse positive

[legal_limitation]
(duree*|delai*|regle*|periode*|terme|expiration) ..6 prescription* [legale*]
prescription* (legale*|applicable*|civile*|commerciale*|penale*|fiscale*|quinquennale|decennale)
(duree*|delai*) ..5 (legale*|reglementaire*|prevue* par la loi|impose* par la loi) [de] [conservation]
obligation* (legale*|reglementaire*|comptable*|fiscale*) [de] [conservation]

[handover]
(duree*|delai*|regle*) ..6 propre*

[authority_decision]
prolong* ..3 (delai*|duree*)
(autorite*|magistrat*|procureur) ..8 (prolong*|decision*|informe*)

[invoice_date]
(emission|date|edition|paiement) ..3 (facture*|piece*|document*)

[certificate_issued]
(delivrance|emission) ..4 (certificat*|attestation*|prime*|cee)

[membership_end]
(etes|est) (adherent*|membre*|abonne*|inscrit*)
derniere* (adhesion*|cotisation*|inscription*|licence*)
(fin|terme|duree|expiration|cessation|echeance|resiliation) ..4 (adhesion*|cotisation*|inscription*|licence*|membre*|scolarite|abonnement*)
(adherent*|membre*|abonne*) ..4 (plus|demeure*|reste*)

[employment_end]
(fin|rupture|depart|terme|cessation) ..5 (contrat de travail|salarie*|collaborateur*|employe*|emploi|effectifs)
depart ..4 (entreprise|salarie*|collaborateur*)

[school_year_end]
(fin|cloture) ..3 annee* scolaire*
annee scolaire
(fin|cloture|terme) ..3 (saison|annee universitaire|cycle)

[event_date]
(fin|date|cloture|jour) ..3 (evenement*|concours|jeu|operation|manifestation*|salon*|ceremonie*|formation*|seance*)
dernier* ..3 (consultation*|prise en charge|acte*|soin*|intervention*)
(consultation*|soin*|hospitalisation*) ..2 [patient*]

[service_completed]
(transaction*|paiement*|operation*|achat*|commande*|prestation*) ..2 (effectue*|realise*|termine*|finalise*|honore*|livre*)
(fin|execution|realisation|duree|terme|achevement|livraison|fourniture|issue) ..5 (prestation*|service*|commande*|sejour*|voyage*|livraison|intervention*|location*|formation*|achat*|evenement*|reservation*)
(temps|duree) ..2 (transaction*|operation*|paiement*|session*)
necessaire* ..4 (prestation*|service*|commande*|livraison*)
(depart|fin) ..3 (sejour|client* de l hotel)
(livraison|prestation|intervention|achevement)

[end_of_relationship]
depart ..3 (logement|lieux|locaux|appartement|residence)
(fin|terme|issue|duree|cessation|rupture|expiration|resiliation|extinction|echeance|denonciation|execution|vie|cloture) ..5 (relation*|contrat*|contractuel*|contractuelle*|bail|baux|convention*|partenariat*|engagement*|mandat*|souscription*|collaboration)
(relation*) ..3 (commerciale*|contractuelle*|affaires)
duree contractuelle
(client*|locataire*|contrat*) ..3 (plus|demeure*|reste*|actif*)
(pendant|durant) ..3 contrat*

[collection]
(collecte|recueil|reception|transmission|enregistrement|creation|saisie|communication|envoi|obtention|conclusion|signature) ..5 (donnee*|information*|coordonnees|formulaire*|consentement|contact|document*|message*)
(leur|date|la|de) (collecte|recueil|enregistrement|creation)
(leur|sa|date de) reception
(collecte|recueil)

[yearly]
(une fois [par]|chaque|tous les) [l] (an|ans|annee)
