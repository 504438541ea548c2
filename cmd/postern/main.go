// Command postern is the WebSocket half of Amazon API Gateway as one binary.
package main

import "fmt"

func main() { fmt.Println("postern") }
