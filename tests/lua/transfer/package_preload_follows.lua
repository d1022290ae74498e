package.preload.greeting = function() return { text = "hello" } end
print(go.task(function() return require("greeting").text end):join()) --> expect: hello
