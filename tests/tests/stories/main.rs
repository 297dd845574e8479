//! What Deskbell does for visitors, owners and agents, told twice: in one process on SQLite, and as three services on
//! PostgreSQL and RabbitMQ.

mod broker;
mod callbacks;
mod chats;
mod doctor;
mod link;
mod owner;
mod recipients;
mod starting;
mod stopping;
mod strangers;
mod twilio;
mod unclear;
