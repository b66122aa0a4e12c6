process.stdout.write('<html>')
