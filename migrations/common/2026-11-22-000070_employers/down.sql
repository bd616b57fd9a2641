DROP TABLE action_link_secrets;
DROP TABLE action_links;
DROP TABLE email_changes;
DROP TABLE employer_invitations;
DROP TABLE employer_registrations;
DROP TABLE employer_people;
DROP TABLE employers;
