/* A mail server that takes every mail, as fast as one core can, and keeps none.
 *
 * Whoever connects may ask STAT, and is told how many mails came and of how many bytes in all.
 * The rest of the dialogue is RFC 5321's, with pipelining (RFC 2920).
 */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { INPUT = 256 * 1024, LINE = 1000, HEAD = 4096, ANSWERS = 8192, EVENTS = 256 };

static const char USAGE[] =
    "usage: sink [--log FILE] [--delay MS] [PORT]\n"
    "\n"
    "Takes mail on 127.0.0.1 and PORT; without one, on a port that is free. Its first\n"
    "line on standard output is the port.\n"
    "\n"
    "  --log FILE   append a line for each mail, before its answer leaves, so that no\n"
    "               client can know more than the log:\n"
    "                 microseconds since 1970, connection, recipient, Message-ID, bytes\n"
    "               of which the last counts what followed DATA, without the final dot\n"
    "  --delay MS   let every answer leave so many milliseconds late\n";

struct client {
    int fd;
    unsigned long number, late_answers;
    bool in_content, is_over, has_sender, has_recipient;
    size_t filled, content, head_filled, say_filled;
    char recipient[LINE];
    char head[HEAD + 1]; /* the beginning of the mail, where its Message-ID stands */
    char say[ANSWERS];   /* the answers to what was read last */
    char input[INPUT];
};

/* Answers on their way. The delay is the same for all, so they leave in the order they came. */
struct late {
    struct late *next;
    int64_t due;
    struct client *client;
    size_t length;
    char text[];
};

static struct late *first, **last = &first;
static unsigned long connections, mails;
static unsigned long long bytes_in_all;
static int64_t delay;
static int log_file = -1;
static char log_lines[INPUT];
static size_t log_filled;
static int poller;

static int64_t microseconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void die(const char *what)
{
    fprintf(stderr, "sink: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* The log. */

static void flush_log(void)
{
    for (size_t done = 0; done < log_filled;) {
        ssize_t written = write(log_file, log_lines + done, log_filled - done);
        if (written < 0)
            die("the log cannot be written");
        done += (size_t)written;
    }
    log_filled = 0;
}

static void log_mail(const struct client *client)
{
    if (sizeof log_lines - log_filled < 3 * LINE)
        flush_log();
    const char *header = strcasestr(client->head, "\nMessage-ID:"), *id = "-";
    int length = 1;
    if (header) {
        id = header + strlen("\nMessage-ID:");
        id += strspn(id, " \t");
        length = (int)strcspn(id, " \t\r\n");
    }
    log_filled += (size_t)snprintf(log_lines + log_filled, 3 * LINE, "%lld %lu %s %.*s %zu\n",
                                   (long long)microseconds(CLOCK_REALTIME), client->number,
                                   client->recipient, length > LINE ? LINE : length, id,
                                   client->content);
}

/* The dialogue. */

static void say(struct client *client, const char *text)
{
    size_t length = strlen(text);
    if (client->say_filled + length + 2 > ANSWERS) {
        client->is_over = true; /* it asks and never listens */
        return;
    }
    memcpy(client->say + client->say_filled, text, length);
    memcpy(client->say + client->say_filled + length, "\r\n", 2);
    client->say_filled += length + 2;
}

static void say_what_came(struct client *client)
{
    char text[80];
    snprintf(text, sizeof text, "250 %lu %llu", mails, bytes_in_all);
    say(client, text);
}

static void take_recipient(struct client *client, const char *command)
{
    const char *start = strchr(command, '<');
    size_t length = start ? strcspn(start + 1, ">") : 0;
    memcpy(client->recipient, start ? start + 1 : "", length);
    client->recipient[length] = 0;
    client->has_recipient = true;
    say(client, "250 2.1.5 Ok");
}

static void start_content(struct client *client)
{
    client->in_content = true;
    client->content = 0;
    client->head_filled = 1;
    client->head[0] = '\n';
    say(client, "354 Go ahead");
}

static void end_transaction(struct client *client)
{
    client->has_sender = client->has_recipient = false;
}

static void obey(struct client *client, const char *command)
{
    if (!strncasecmp(command, "MAIL", 4)) {
        client->has_sender = true;
        say(client, "250 2.1.0 Ok");
    } else if (!strncasecmp(command, "RCPT", 4)) {
        if (client->has_sender)
            take_recipient(client, command);
        else
            say(client, "503 5.5.1 MAIL first");
    } else if (!strncasecmp(command, "DATA", 4)) {
        if (client->has_recipient)
            start_content(client);
        else
            say(client, "554 5.5.1 No valid recipients");
    } else if (!strncasecmp(command, "EHLO", 4)) {
        end_transaction(client);
        say(client, "250-sink\r\n250-PIPELINING\r\n250-ENHANCEDSTATUSCODES\r\n250 8BITMIME");
    } else if (!strncasecmp(command, "STAT", 4)) {
        say_what_came(client);
    } else if (!strncasecmp(command, "QUIT", 4)) {
        say(client, "221 2.0.0 Bye");
        client->is_over = true;
    } else { /* HELO, RSET, NOOP */
        end_transaction(client);
        say(client, "250 2.0.0 Ok");
    }
}

static void end_content(struct client *client)
{
    client->head[client->head_filled] = 0;
    client->in_content = false;
    mails++;
    bytes_in_all += client->content;
    if (log_file >= 0)
        log_mail(client);
    end_transaction(client);
    say(client, "250 2.0.0 Taken");
}

/* Take as much of a mail as is there; return how many bytes that was. */
static size_t take_content(struct client *client, const char *bytes, size_t length)
{
    static const char END[] = "\r\n.\r\n";
    if (!client->content && length >= 3 && !memcmp(bytes, END + 2, 3)) { /* an empty mail */
        end_content(client);
        return 3;
    }
    const char *end = memmem(bytes, length, END, sizeof END - 1);
    /* What may be the beginning of the end is looked at again, with what follows. */
    size_t content = end ? (size_t)(end - bytes) + 2 : length - (length < 4 ? length : 4);
    size_t room = HEAD - client->head_filled, wanted = content < room ? content : room;
    memcpy(client->head + client->head_filled, bytes, wanted);
    client->head_filled += wanted;
    client->content += content;
    if (end)
        end_content(client);
    return end ? content + 3 : content;
}

static size_t take_command(struct client *client, char *bytes, size_t length)
{
    char *end = memchr(bytes, '\n', length);
    size_t line = end ? (size_t)(end - bytes) : length;
    if (line >= LINE)
        client->is_over = true;
    if (!end || client->is_over)
        return 0;
    *end = 0;
    if (end > bytes && end[-1] == '\r')
        end[-1] = 0;
    obey(client, bytes);
    return line + 1;
}

static void take(struct client *client)
{
    size_t done = 0, step = 1;
    while (done < client->filled && step && !client->is_over) {
        char *bytes = client->input + done;
        size_t length = client->filled - done;
        step = client->in_content ? take_content(client, bytes, length)
                                  : take_command(client, bytes, length);
        done += step;
    }
    client->filled -= done;
    if (client->filled && done)
        memmove(client->input, client->input + done, client->filled);
}

/* Sockets. */

static void hang_up(struct client *client)
{
    if (client->fd >= 0)
        close(client->fd);
    client->fd = -1;
}

/* Forget a client that has gone, unless answers are still on their way to it. */
static void forget(struct client *client)
{
    if (client->fd < 0 && !client->late_answers)
        free(client);
}

static void answer(struct client *client, const char *text, size_t length)
{
    if (client->fd >= 0 && length && send(client->fd, text, length, MSG_NOSIGNAL) < 0)
        hang_up(client); /* it has gone, or does not listen */
    if (client->is_over && !client->late_answers)
        hang_up(client);
}

static void answer_later(struct client *client)
{
    struct late *late = malloc(sizeof *late + client->say_filled);
    if (!late)
        die("no memory");
    *late = (struct late){NULL, microseconds(CLOCK_MONOTONIC) + delay, client,
                          client->say_filled};
    memcpy(late->text, client->say, client->say_filled);
    client->late_answers++;
    *last = late;
    last = &late->next;
}

static void send_answers(struct client *client)
{
    if (log_filled)
        flush_log();
    if (!client->say_filled && !client->is_over)
        return;
    if (delay)
        answer_later(client);
    else
        answer(client, client->say, client->say_filled);
    client->say_filled = 0;
}

static void send_late_answers(void)
{
    int64_t now = first ? microseconds(CLOCK_MONOTONIC) : 0;
    while (first && first->due <= now) {
        struct late *late = first;
        first = late->next;
        if (!first)
            last = &first;
        late->client->late_answers--;
        answer(late->client, late->text, late->length);
        forget(late->client);
        free(late);
    }
}

static int milliseconds_to_wait(void)
{
    if (!first)
        return -1;
    int64_t wait = first->due - microseconds(CLOCK_MONOTONIC);
    return wait < 0 ? 0 : (int)((wait + 999) / 1000);
}

static void welcome(int listener)
{
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC), on = 1;
    if (fd < 0)
        return;
    struct client *client = calloc(1, sizeof *client);
    if (!client)
        die("no memory");
    client->fd = fd;
    client->number = ++connections;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
    say(client, "220 sink ESMTP");
    send_answers(client);
}

static void listen_to(struct client *client)
{
    ssize_t got = recv(client->fd, client->input + client->filled, INPUT - client->filled, 0);
    if (got == 0 || (got < 0 && errno != EAGAIN))
        hang_up(client);
    if (got <= 0 || client->is_over)
        return;
    client->filled += (size_t)got;
    take(client);
    send_answers(client);
}

static int open_listener(const char *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)atoi(port)),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, SOMAXCONN))
        die("cannot listen");
    getsockname(fd, (struct sockaddr *)&address, &length);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return fd;
}

static const char *read_wishes(int argc, char **argv)
{
    static const struct option OPTIONS[] = {{"log", required_argument, NULL, 'l'},
                                            {"delay", required_argument, NULL, 'd'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    for (int option; (option = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1;)
        switch (option) {
        case 'l':
            log_file = open(optarg, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
            if (log_file < 0)
                die(optarg);
            break;
        case 'd':
            delay = (int64_t)(atof(optarg) * 1000);
            break;
        case 'h':
            fputs(USAGE, stdout);
            exit(0);
        default:
            fputs(USAGE, stderr);
            exit(2);
        }
    return optind < argc ? argv[optind] : "0";
}

int main(int argc, char **argv)
{
    const char *port = read_wishes(argc, argv);
    signal(SIGPIPE, SIG_IGN);
    int listener = open_listener(port);
    poller = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event events[EVENTS], event = {.events = EPOLLIN, .data.ptr = NULL};
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int count = epoll_wait(poller, events, EVENTS, milliseconds_to_wait());
        for (int i = 0; i < count; i++) {
            struct client *client = events[i].data.ptr;
            if (!client)
                welcome(listener);
            else {
                listen_to(client);
                forget(client);
            }
        }
        send_late_answers();
    }
}
