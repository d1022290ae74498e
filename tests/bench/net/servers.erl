%% The same on BEAM: a process for each connection; timers are whole milliseconds.
%% usage: erl -noinput -run servers main WORK PORT
-module(servers).
-export([main/1]).

-define(RESPONSE, <<"HTTP/1.1 200 OK\r\nContent-Length: 13\r\nContent-Type: text/plain\r\n\r\nHello, World!">>).
-define(SIZE, 512).

main([Work, Port]) ->
    Packet = case Work of "http" -> line; _ -> raw end,
    {ok, Listener} = gen_tcp:listen(list_to_integer(Port),
                                    [binary, {ip, {127,0,0,1}}, {packet, Packet}, {active, false}, {reuseaddr, true},
                                     {backlog, 4096}, {nodelay, true}]),
    accept(Listener, Work).

accept(Listener, Work) ->
    {ok, Socket} = gen_tcp:accept(Listener),
    Pid = spawn(fun() -> receive go -> serve(Work, Socket) end end),
    gen_tcp:controlling_process(Socket, Pid),
    Pid ! go,
    accept(Listener, Work).

serve("http", Socket) -> http(Socket);
serve("echo", Socket) -> echo(Socket);
serve("accept", Socket) -> gen_tcp:close(Socket).

%% So many lines come as messages before the socket is asked for more.
http(Socket) ->
    inet:setopts(Socket, [{active, 100}]),
    lines(Socket).

lines(Socket) ->
    receive
        {tcp, Socket, <<"\r\n">>} -> gen_tcp:send(Socket, ?RESPONSE), lines(Socket);
        {tcp, Socket, _} -> lines(Socket);
        {tcp_passive, Socket} -> http(Socket);
        {tcp_closed, Socket} -> ok;
        {tcp_error, Socket, _} -> ok
    end.

echo(Socket) ->
    case gen_tcp:recv(Socket, ?SIZE) of
        {ok, Data} -> gen_tcp:send(Socket, Data), echo(Socket);
        {error, _} -> ok
    end.
