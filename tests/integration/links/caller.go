// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Usage: caller [DIR]
//
// A Go program, whose goroutines move between threads and whose calls are raw ones: texts of links, what they lead to,
// a pipe opened anew, a child started by /proc/self/exe, from many goroutines at once. DIR: /proc. Prints a line.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
)

const turns = 100

var wrong int64

func check(good bool, what string) {
	if !good {
		atomic.AddInt64(&wrong, 1)
		fmt.Fprintln(os.Stderr, "go: wrong:", what)
	}
}

func lookAtFile(proc string, f *os.File) {
	link := fmt.Sprintf("%s/self/fd/%d", proc, f.Fd())
	text, err := os.Readlink(link)
	check(err == nil && text == f.Name(), "the text of a file's link")
	here, err1 := f.Stat()
	there, err2 := os.Stat(link)
	check(err1 == nil && err2 == nil && os.SameFile(here, there), "what a file's link leads to")
	real, err := filepath.EvalSymlinks(link)
	check(err == nil && real == f.Name(), "EvalSymlinks")
}

func lookAtPipe(proc string) {
	r, w, err := os.Pipe()
	if err != nil {
		check(false, "a pipe")
		return
	}
	defer r.Close()
	link := fmt.Sprintf("%s/self/fd/%d", proc, w.Fd())
	text, err := os.Readlink(link)
	check(err == nil && strings.HasPrefix(text, "pipe:["), "the text of a pipe's link")
	again, err := os.OpenFile(link, os.O_WRONLY, 0)
	if err != nil {
		check(false, "a pipe opened anew: "+err.Error())
		return
	}
	again.WriteString("through")
	again.Close()
	w.Close()
	data := make([]byte, 16)
	n, _ := r.Read(data)
	check(string(data[:n]) == "through", "what came through a pipe")
}

func main() {
	proc := "/proc"
	if len(os.Args) > 1 {
		proc = os.Args[1]
	}
	if proc == "child" {
		fmt.Print("started")
		return
	}
	f, err := os.CreateTemp("", "go-caller")
	if err != nil {
		fmt.Println("go:", err)
		os.Exit(1)
	}
	defer os.Remove(f.Name())
	var all sync.WaitGroup
	for i := 0; i < 8; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			for j := 0; j < turns; j++ {
				lookAtFile(proc, f)
				lookAtPipe(proc)
			}
		}()
	}
	all.Wait()
	out, err := exec.Command(proc+"/self/exe", "child").Output()
	check(err == nil && string(out) == "started", "a child by the link of the executable")
	fmt.Printf("go: %d wrong\n", wrong)
}
