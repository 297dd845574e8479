-- For psql: gives the roles of roles.sql the passwords that stand in the environment, and lets them log in.
\getenv chat_api_password POSTGRES_CHAT_API_PASSWORD
\getenv admin_api_password POSTGRES_ADMIN_API_PASSWORD
\getenv sms_notifier_password POSTGRES_SMS_NOTIFIER_PASSWORD
ALTER ROLE chat_api LOGIN PASSWORD :'chat_api_password';
ALTER ROLE admin_api LOGIN PASSWORD :'admin_api_password';
ALTER ROLE sms_notifier LOGIN PASSWORD :'sms_notifier_password';
