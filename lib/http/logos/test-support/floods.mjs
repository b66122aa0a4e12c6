const more = () => process.stdout.write(Buffer.alloc(65_536), more)
more()
