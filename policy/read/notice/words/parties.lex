# Who may receive data, by the part they play.

[internal]
(service*|equipe*|personnel|salarie*|collaborateur*|employe*|agent*|direction|dirigeant*|gerant*|benevole*|membres du bureau|conseil d administration|commerciaux|managers|responsables) ..3 (interne*|habilite*|autorise*|concerne*|charge*|competent*|de la societe|de l entreprise|de l association|de l etablissement|marketing|commercial*|comptab*|informatique*|technique*|juridique*|client*|rh|administratif*|medical*|pedagogique*)
(personne*|personnel|collaborateur*|salarie*|agent*|membres|equipe*|employe*) ..6 (habilite*|autorise*|charge*|besoin d en connaitre|besoin de les connaitre|interne*)
(nos|notre|son|ses|leurs|vos) (equipe*|service*|personnel|salarie*|collaborateur*|employe*|conseillers|benevole*)
(seul*|uniquement) ..12 (personnel|personnes|collaborateurs|equipes|salaries|services|agents)
premiers destinataires
(le|du|au|son|notre|leur) (personnel|secretariat|bureau|directeur|gerant|medecin|praticien)
(la|sa) (direction|gerante|direction|comptabilite|secretaire)
(professeur*|enseignant*|moniteur*|educateur*|animateur*|encadrant*|soignant*|agents municipaux|elus|conseillers)
(service|services) (marketing|commercial|commerciaux|client*|comptab*|informatique*|technique*|juridique*|administratif*|rh|ressources humaines|generaux)
(service|services|direction) ..3 (mairie|commune|etablissement|association|hotel|clinique|hopital|cabinet|agence|magasin|ecole)

[authority]
(autorite*|administration*|juridiction*|tribun*|police|gendarmerie|forces de l ordre|insee|justice|magistrat*|prefecture*|mairie*|urssaf|caf|cpam|assurance maladie|caisse*|pole emploi|france travail|tresor public|dgfip|impots|douane*|anah|ars|rectorat|academie|inspection du travail|cnil|services fiscaux|service des impots|federation*|ministere*|etat|organismes publics|organismes etatiques|pouvoirs publics|collectivite*|conseil departemental|conseil regional|huissier*|commissaires* de justice|officiers ministeriels)

[processor]
(prestataire*|sous traitant*|hebergeur*|hebergement|editeur* de logiciel*|infogerant*|infogerance|mainteneur*|fournisseur* ..3 (service*|solution*|logiciel*|outil*|acces|cloud|technique*|informatique*)|outil* de|solution* de|plateforme* de|logiciel* de|routeur*|routage|centre* d appel*|imprimeur*|agence* web|webmaster|agence* de communication|societe* de maintenance|crm|emailing|societe* informatique*|fournisseurs)

[professional]
(banque*|bancaire*|etablissement* de credit|etablissement* bancaire*|etablissement* financier*|organisme* de financement|etablissement* de paiement|assureur*|assurance*|mutuelle*|courtier*|avocat*|conseils|notaire*|expert* comptable*|experts comptables|commissaire* aux comptes|auditeur*|comptable*|mediateur*|conciliateur*|transporteur*|livreur*|services de (livraison|transport)|la poste|colissimo|chronopost|mondial relay|laboratoire*|medecin*|professionnel* de sante|praticien*|confrere*|artisan*|installateur*|syndic*|proprietaire*|bailleur*|locataire*|geometre*|diagnostiqueur*|organisme* de formation|opco|employeur*|recruteur*|conseiller* juridique*|recouvrement)

[group]
(societe*|entite*|entreprise*|filiale*|maison mere|franchise*|magasin*|etablissement*) ..4 (groupe|reseau)
(filiale*|maison mere|groupe|franchise*)

[partner]
(partenaire*|annonceur*|co contractant*|cocontractant*|regie*|sponsor*|distributeur*|revendeur*|fabricant*|fournisseur*|affilie*|acquereur*|cessionnaire|repreneur|acheteur|beneficiaire*|membres de l equipage|tiers|reseaux sociaux|google|facebook|meta|microsoft|linkedin|twitter|instagram|youtube|amazon|stripe|paypal|payplug|lydia|alma|ovh|o2switch|ionos|gandi|infomaniak|scaleway|cloudflare|mailchimp|brevo|sendinblue|mailjet|hubspot|salesforce|zendesk|shopify|prestashop|wix|wordpress|doctolib|calendly|helloasso|booking|airbnb|expedia|tripadvisor|trustpilot|avis verifies|matomo|hotjar|criteo|tiktok|pinterest|snapchat|apple|openai|zoom|slack|odoo|pennylane|sage|cegid|yousign|docusign)
