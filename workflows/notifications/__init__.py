"""What reaches people: notices on the site, and the mails that carry them."""
