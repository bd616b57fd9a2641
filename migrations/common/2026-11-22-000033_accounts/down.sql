DROP TABLE sign_in_tries;
DROP TABLE account_link_secrets;
DROP TABLE account_links;
DROP TABLE known_devices;
DROP TABLE sessions;
DROP TABLE recovery_codes;
DROP TABLE accounts;
