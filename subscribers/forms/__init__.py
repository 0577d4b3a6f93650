"""What readers fill in. A form cleans and explains; the verbs of `lifecycle` act."""
