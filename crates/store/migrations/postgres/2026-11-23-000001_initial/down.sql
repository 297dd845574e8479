DROP TABLE audit, sessions, users, sender_budgets, links, attempts, deliveries, recipients, settings, quarantine, inbox,
    outbox, messages, conversations;
