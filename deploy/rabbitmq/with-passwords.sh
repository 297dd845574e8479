#!/bin/sh
# Prints the definitions with the hashes of the passwords that stand in the environment. As they are, the users of
# definitions.json have no password and cannot log in.
#
#   RABBITMQ_CHAT_API_PASSWORD=… RABBITMQ_SMS_NOTIFIER_PASSWORD=… RABBITMQ_ADMIN_API_PASSWORD=… \
#     sh with-passwords.sh definitions.json > /var/lib/rabbitmq/definitions.json
set -eu

definitions=$1

# Writes the bytes that are given as hexadecimal digits.
bytes() {
  for byte in $(printf %s "$1" | sed 's/../& /g'); do
    printf "\\$(printf %03o "0x$byte")"
  done
}

# RabbitMQ's own form: base64(salt + sha256(salt + password)), with four bytes of salt.
hash_password() {
  salt=$(od -An -tx1 -N4 /dev/urandom | tr -d ' \n')
  digest=$({ bytes "$salt"; printf %s "$1"; } | sha256sum | cut -d ' ' -f 1)
  { bytes "$salt"; bytes "$digest"; } | base64 | tr -d '\n'
}

# An edit for sed that fills in the hash of one user.
edit() {
  [ -n "$2" ] || { echo "the password of the broker's user $1 is empty" >&2; exit 1; }
  printf '/"name": "%s"/s|"password_hash": "[^"]*"|"password_hash": "%s"|\n' "$1" "$(hash_password "$2")"
}

edits=$(
  edit chat-api "${RABBITMQ_CHAT_API_PASSWORD:?is not set}"
  edit sms-notifier "${RABBITMQ_SMS_NOTIFIER_PASSWORD:?is not set}"
  edit admin-api "${RABBITMQ_ADMIN_API_PASSWORD:?is not set}"
)
exec sed "$edits" "$definitions"
