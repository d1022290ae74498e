os.execute "(sleep 0.1; kill -INT $PPID) &"
chan():recv(30)
--> expect exit: 130
--> expect error: interrupted!
