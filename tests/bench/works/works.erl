%% The works on BEAM: processes and mailboxes.  erl -noshell +P 4000000 -run works main WORK SCALE
%% Mailboxes have no capacity: where a channel would hold 128, the sender awaits a receipt for every 128.
-module(works).
-export([main/1]).

main([Work, Scale]) ->
    put(scale, try list_to_float(Scale) catch _:_ -> float(list_to_integer(Scale)) end),
    work(Work),
    halt(0).

count(N) -> max(1, trunc(N * get(scale))).
now_ns() -> erlang:monotonic_time(nanosecond).
report(Name, Value, Unit) -> io:format("~s ~.3f ~s~n", [Name, float(Value), Unit]).
per(Name, Start, N) -> report(Name, (now_ns() - Start) / N, "ns").
times(0, _) -> ok;
times(N, F) -> F(N), times(N - 1, F).
await(0) -> ok;
await(N) -> receive done -> await(N - 1) end.

resident() ->
    {ok, Text} = file:read_file("/proc/self/status"),
    {match, [Kb]} = re:run(Text, "VmRSS:\\s+([0-9]+)", [{capture, all_but_first, list}]),
    list_to_integer(Kb) * 1024.

percentile(All, P) -> lists:nth(max(1, ceil(length(All) * P)), lists:sort(All)).

work("spawn") ->
    N = count(1000000), Me = self(), Start = now_ns(),
    times(N - 1, fun(_) -> spawn(fun() -> ok end) end),
    spawn(fun() -> Me ! done end),
    await(1),
    wait_for_processes(),
    per("spawn", Start, N);
work("spawn_done") ->
    N = count(1000000), Me = self(), Start = now_ns(),
    times(N, fun(_) -> spawn(fun() -> Me ! done end) end),
    await(N),
    per("spawn_done", Start, N);
work("parked") ->
    N = count(1000000), Me = self(), Before = resident(), Start = now_ns(),
    times(N, fun(_) -> spawn(fun() -> Me ! done, receive never -> ok end end) end),
    await(N),
    per("parked_create", Start, N),
    timer:sleep(100),
    report("parked_bytes", (resident() - Before) / N, "B");
work("pingpong") ->
    N = count(1000000),
    Pong = spawn(fun() -> pong() end),
    Start = now_ns(),
    times(N, fun(I) -> Pong ! {self(), I}, receive I -> ok end end),
    per("pingpong", Start, N);
work("buffered") ->
    buffered("buffered_1_1", 1), buffered("buffered_4_4", 4);
work("ring") ->
    Hops = count(1000000), Me = self(),
    Last = spawn(fun() -> receive {next, To} -> hop(To, Me) end end),
    First = lists:foldl(fun(_, To) -> spawn(fun() -> hop(To, Me) end) end, Last, lists:seq(2, 1000)),
    Last ! {next, First},
    Start = now_ns(),
    First ! Hops,
    await(1),
    per("ring", Start, Hops);
work("skynet") ->
    Leaves = case get(scale) of S when S >= 1 -> 1000000; S when S >= 0.1 -> 100000; _ -> 1000 end,
    Me = self(), Start = now_ns(),
    spawn(fun() -> node_of(Me, 0, Leaves) end),
    receive {sum, _} -> ok end,
    report("skynet", (now_ns() - Start) / 1.0e6 * (1000000 / Leaves), "ms");
work("sieve") ->
    Primes = count(2000), Me = self(), Start = now_ns(),
    First = spawn(fun() -> filter_first(Me) end),
    spawn(fun() -> numbers(First, 2) end),
    times(Primes, fun(_) -> receive {prime, _} -> ok end end),
    report("sieve", (now_ns() - Start) / 1.0e6, "ms");
work("table") ->
    N = count(1000000), Me = self(),
    Sink = spawn(fun() -> sink(Me, 0) end),
    Start = now_ns(),
    times(N, fun(I) ->
        Sink ! #{id => I, x => I, y => 2, z => 3, age => 42, name => list_to_binary("alice"),
                 email => <<"alice@example.com">>, city => <<"Paris">>, zip => <<"75001">>, country => <<"FR">>},
        case I rem 128 of 0 -> Sink ! receipt, await(1); _ -> ok end
    end),
    Sink ! receipt, await(1),
    per("table", Start, N);
work("fib") ->
    N = case get(scale) of S when S >= 1 -> 32; S when S >= 0.1 -> 27; _ -> 15 end,
    fib(N - 2),
    Start = now_ns(),
    fib(N),
    One = now_ns() - Start,
    Me = self(), Again = now_ns(),
    times(8, fun(_) -> spawn(fun() -> fib(N), Me ! done end) end),
    await(8),
    report("fib_one", One / 1.0e6, "ms"),
    report("fib_speedup", 8 * One / (now_ns() - Again), "x");
work("ticker") ->
    Scale = get(scale),
    report("ticker_late_p99", percentile(periods(2 * Scale), 0.99) - 1, "ms"),
    times(erlang:system_info(schedulers_online), fun(_) -> spawn(fun() -> hog(1) end) end),
    timer:sleep(50),
    report("ticker_hogs_p99", percentile(periods(3 * Scale), 0.99), "ms");
work("sleepers") ->
    N = count(100000), Me = self(), {Cpu, _} = statistics(runtime),
    times(N, fun(_) -> spawn(fun() ->
        Ms = rand:uniform(1000), Start = now_ns(),
        receive after Ms -> Me ! {late, (now_ns() - Start) / 1.0e6 - Ms} end
    end) end),
    Late = [receive {late, L} -> L end || _ <- lists:seq(1, N)],
    {After, _} = statistics(runtime),
    report("sleepers_cpu", (After - Cpu) / 1000, "s"),
    report("sleepers_p99", percentile(Late, 0.99), "ms").

wait_for_processes() ->
    case erlang:system_info(process_count) > 100 of
        true -> erlang:yield(), wait_for_processes();
        false -> ok
    end.

pong() -> receive {From, I} -> From ! I, pong() end.

buffered(Name, Pairs) ->
    N = count(4000000), Me = self(), Start = now_ns(),
    times(Pairs, fun(_) ->
        Sink = spawn(fun() -> sink_plain() end),
        spawn(fun() ->
            times(N div Pairs, fun(I) ->
                Sink ! I,
                case I rem 128 of 0 -> Sink ! {receipt, self()}, await(1); _ -> ok end
            end),
            Me ! done
        end)
    end),
    await(Pairs),
    per(Name, Start, N).

sink_plain() -> receive {receipt, From} -> From ! done, sink_plain(); _ -> sink_plain() end.

hop(To, Main) ->
    receive
        0 -> Main ! done;
        N -> To ! N - 1, hop(To, Main)
    end.

node_of(Out, Number, 1) -> Out ! {sum, Number};
node_of(Out, Number, Size) ->
    Me = self(), Part = Size div 10,
    times(10, fun(I) -> spawn(fun() -> node_of(Me, Number + (I - 1) * Part, Part) end) end),
    Out ! {sum, lists:sum([receive {sum, S} -> S end || _ <- lists:seq(1, 10)])}.

%% Each number is answered, as a channel without a buffer would make its sender wait.
numbers(To, N) -> hand(To, N), numbers(To, N + 1).
hand(To, N) -> To ! {self(), N}, receive taken -> ok end.
filter_first(Main) -> receive {From, P} -> From ! taken, Main ! {prime, P}, filter(P, none, Main) end.
filter(P, Next, Main) ->
    receive {From, N} ->
        From ! taken,
        case N rem P of
            0 -> filter(P, Next, Main);
            _ when Next =:= none ->
                New = spawn(fun() -> filter_first(Main) end), hand(New, N), filter(P, New, Main);
            _ -> hand(Next, N), filter(P, Next, Main)
        end
    end.

sink(Main, Sum) ->
    receive
        receipt -> Main ! done, sink(Main, Sum);
        #{x := X, name := Name} -> sink(Main, Sum + X + byte_size(Name))
    end.

fib(N) when N < 2 -> N;
fib(N) -> fib(N - 1) + fib(N - 2).

hog(X) -> hog(X * 48271 rem 2147483647).

periods(Seconds) -> periods(now_ns(), now_ns() + trunc(Seconds * 1.0e9), []).
periods(Last, Stop, All) when Last >= Stop -> All;
periods(Last, Stop, All) ->
    receive after 1 -> ok end,
    T = now_ns(),
    periods(T, Stop, [(T - Last) / 1.0e6 | All]).
