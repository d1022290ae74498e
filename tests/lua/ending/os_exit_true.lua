io.write "flushed\n" --> expect: flushed
os.exit(true)
