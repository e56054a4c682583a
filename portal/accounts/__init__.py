"""Who: sign-ins, people and their real-name proof, officers and authorities."""
