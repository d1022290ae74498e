// The same in Go, and the clients that put load on any server.   usage: net WORK [PORT [CONNS SECONDS]]
package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"sort"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

const size = 512

var response = []byte("HTTP/1.1 200 OK\r\nContent-Length: 13\r\nContent-Type: text/plain\r\n\r\nHello, World!")

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func http(conn net.Conn) {
	defer conn.Close()
	reader := bufio.NewReader(conn)
	for {
		line, err := reader.ReadSlice('\n')
		if err != nil {
			return
		}
		if len(line) <= 2 {
			if _, err := conn.Write(response); err != nil {
				return
			}
		}
	}
}

func echo(conn net.Conn) {
	defer conn.Close()
	data := make([]byte, size)
	for {
		if _, err := io.ReadFull(conn, data); err != nil {
			return
		}
		if _, err := conn.Write(data); err != nil {
			return
		}
	}
}

func accept(conn net.Conn) { conn.Close() }

func serve(handle func(net.Conn)) {
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Args[2])
	check(err)
	for {
		conn, err := listener.Accept()
		check(err)
		go handle(conn)
	}
}

func lateness() {
	late := make([]float64, 2000)
	for i := range late {
		before := time.Now()
		time.Sleep(50 * time.Microsecond)
		late[i] = float64(time.Since(before).Nanoseconds())/1e3 - 50
	}
	sort.Float64s(late)
	fmt.Printf("sleep50_p50 %.0f us\nsleep50_p99 %.0f us\n", late[len(late)/2], late[len(late)*99/100])
}

// Calls once(conn's index) on so many goroutines for so many seconds, and prints how often per second.
func load(name, unit string, once func() func() error) {
	conns, _ := strconv.Atoi(os.Args[3])
	seconds, _ := strconv.ParseFloat(os.Args[4], 64)
	var count atomic.Int64
	var wait sync.WaitGroup
	end := time.Now().Add(time.Duration(seconds * 1e9))
	start := time.Now()
	for i := 0; i < conns; i++ {
		wait.Add(1)
		go func() {
			defer wait.Done()
			call := once()
			for time.Now().Before(end) {
				check(call())
				count.Add(1)
			}
		}()
	}
	wait.Wait()
	fmt.Printf("%s %.0f %s\n", name, float64(count.Load())/time.Since(start).Seconds(), unit)
}

func dial() net.Conn {
	conn, err := net.Dial("tcp", "127.0.0.1:"+os.Args[2])
	check(err)
	return conn
}

func main() {
	switch os.Args[1] {
	case "http":
		serve(http)
	case "echo":
		serve(echo)
	case "accept":
		serve(accept)
	case "sleep":
		lateness()
	case "load-echo":
		load("echo512", "round_trips/s", func() func() error {
			conn, data := dial(), make([]byte, size)
			return func() error {
				if _, err := conn.Write(data); err != nil {
					return err
				}
				_, err := io.ReadFull(conn, data)
				return err
			}
		})
	case "load-accept":
		load("accept_close", "conns/s", func() func() error {
			data := make([]byte, 1)
			return func() error {
				conn := dial()
				conn.Read(data)
				return conn.Close()
			}
		})
	}
}
