os.execute "(sleep 0.1; kill -INT $PPID) &"
local began = os.time()
while os.time() - began < 30 do end
--> expect exit: 130
--> expect error: interrupted!
