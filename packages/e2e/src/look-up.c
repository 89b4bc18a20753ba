/* Prints the addresses of a name as getaddrinfo gives them, or why there are none. */
#include <netdb.h>
#include <stdio.h>
#include <sys/socket.h>

int main(int argc, char **argv) {
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
  struct addrinfo *found;
  int error = argc == 2 ? getaddrinfo(argv[1], NULL, &hints, &found) : EAI_NONAME;
  if (error != 0) {
    puts(gai_strerror(error));
    return 1;
  }
  for (; found != NULL; found = found->ai_next) {
    char address[64];
    getnameinfo(found->ai_addr, found->ai_addrlen, address, sizeof address, NULL, 0, NI_NUMERICHOST);
    puts(address);
  }
  return 0;
}
