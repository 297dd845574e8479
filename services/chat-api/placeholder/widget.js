// Stands in for the chat's loader in a program that was built without it.
console.error("Deskbell: this server was built without its chat window. Run `make web`, build the server again, and reload.");
