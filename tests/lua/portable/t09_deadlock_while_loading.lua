-- T9 TestInitDeadlock: main waits for ever while it loads a module.
package.preload.stuck = function() select {} end
require "stuck"
--> expect exit: 2
--> expect error: fatal error: all goroutines are asleep - deadlock!
