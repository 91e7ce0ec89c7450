#include "base/os/socket.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cctype>
#include <cstring>
#include <system_error>

namespace base {
namespace {

constexpr int kSocketFlags = SOCK_NONBLOCK | SOCK_CLOEXEC;

struct AddressList {
  explicit AddressList(addrinfo* found) : first(found) {}
  ~AddressList() { freeaddrinfo(first); }
  AddressList(const AddressList&) = delete;
  AddressList& operator=(const AddressList&) = delete;
  addrinfo* first;
};

void set_flag(int fd, int level, int option, int value) {
  setsockopt(fd, level, option, &value, sizeof(value));
}

sockaddr_un unix_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

// Whether a server accepts connections on the socket file; true when that cannot be determined.
bool is_alive(const sockaddr_un& address) {
  const Descriptor probe(socket(AF_UNIX, SOCK_STREAM | kSocketFlags, 0));
  if (probe.get() < 0) return true;
  return connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 ||
         errno == EAGAIN;
}

Result<Descriptor> listen_on_unix(const std::string& path) {
  const sockaddr_un address = unix_address(path);
  struct stat status{};
  if (lstat(path.c_str(), &status) == 0) {
    if (!S_ISSOCK(status.st_mode)) return fail("the path is a file that is not a socket");
    if (is_alive(address)) return fail("address already in use");
    unlink(path.c_str());
  }
  Descriptor listener(socket(AF_UNIX, SOCK_STREAM | kSocketFlags, 0));
  // No client can connect before listen(), so the mode given by the umask is never in effect.
  if (!listener.open() ||
      bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      chmod(path.c_str(), 0660) != 0 || listen(listener.get(), SOMAXCONN) != 0) {
    return fail("{}", errno_text(errno));
  }
  return listener;
}

Result<Descriptor> bind_tcp(const addrinfo& address) {
  Descriptor listener(socket(address.ai_family, SOCK_STREAM | kSocketFlags, 0));
  if (!listener.open()) return fail("{}", errno_text(errno));
  set_flag(listener.get(), SOL_SOCKET, SO_REUSEADDR, 1);
  if (address.ai_family == AF_INET6) set_flag(listener.get(), IPPROTO_IPV6, IPV6_V6ONLY, 0);
  if (bind(listener.get(), address.ai_addr, address.ai_addrlen) != 0 ||
      listen(listener.get(), SOMAXCONN) != 0) {
    return fail("{}", errno_text(errno));
  }
  return listener;
}

Result<Descriptor> listen_on_tcp(const Endpoint& endpoint) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int status = getaddrinfo(endpoint.host.empty() ? nullptr : endpoint.host.c_str(),
                                 std::to_string(endpoint.port).c_str(), &hints, &found);
  if (status != 0) return fail("{}", gai_strerror(status));
  const AddressList addresses(found);
  // All addresses: the IPv6 wildcard accepts IPv4 too, so it is tried first.
  Result<Descriptor> listener = fail("the host has no address");
  for (const int family : {endpoint.host.empty() ? AF_INET6 : AF_UNSPEC, AF_UNSPEC}) {
    for (const addrinfo* address = addresses.first; address; address = address->ai_next) {
      if (family != AF_UNSPEC && address->ai_family != family) continue;
      listener = bind_tcp(*address);
      if (listener) return listener;
    }
  }
  return listener;
}

Result<Descriptor> connect_address(int family, const sockaddr* address, socklen_t size, WaitLimit& patience) {
  Descriptor connection(socket(family, SOCK_STREAM | kSocketFlags, 0));
  if (!connection.open()) return fail("{}", errno_text(errno));
  if (family != AF_UNIX) set_flag(connection.get(), IPPROTO_TCP, TCP_NODELAY, 1);
  if (connect(connection.get(), address, size) == 0) return connection;
  // EAGAIN: the queue of a Unix socket's listener is full; poll cannot wait for that.
  if (errno != EINPROGRESS) return fail("{}", errno_text(errno));
  switch (patience.wait(connection.get(), POLLOUT)) {
    case WaitLimit::Outcome::kReady:
      break;
    case WaitLimit::Outcome::kTimedOut:
      return fail("timed out while connecting");
    case WaitLimit::Outcome::kStopped:
      return fail("stopped");
  }
  int error = 0;
  socklen_t length = sizeof(error);
  getsockopt(connection.get(), SOL_SOCKET, SO_ERROR, &error, &length);
  if (error != 0) return fail("{}", errno_text(error));
  return connection;
}

}  // namespace

std::string errno_text(int error) {
  std::string text = std::generic_category().message(error);
  if (text.size() > 1 && std::islower(static_cast<unsigned char>(text[1]))) {
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  }
  return text;
}

Result<Descriptor> listen_on(const Endpoint& endpoint) {
  auto listener = endpoint.unix_path.empty() ? listen_on_tcp(endpoint) : listen_on_unix(endpoint.unix_path);
  if (!listener) return wrap(listener.error(), "listen on {}", endpoint.str());
  return listener;
}

int bound_port(const Descriptor& socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  if (getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  if (address.ss_family == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
  if (address.ss_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
  return 0;
}

std::string peer_address(const Descriptor& socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  if (getpeername(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return "unknown";
  if (address.ss_family == AF_UNIX) return "unix";
  char text[NI_MAXHOST] = {};
  if (getnameinfo(reinterpret_cast<const sockaddr*>(&address), size, text, sizeof(text), nullptr, 0,
                  NI_NUMERICHOST) != 0) {
    return "unknown";
  }
  return text;
}

Waker::Waker() : event_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

void Waker::notify() const { eventfd_write(event_.get(), 1); }

void Waker::clear() const {
  eventfd_t count = 0;
  eventfd_read(event_.get(), &count);
}

WaitLimit::WaitLimit(Deadline deadline, std::stop_token stop) : deadline_(deadline), stop_(std::move(stop)) {
  on_stop_.emplace(stop_, std::function<void()>([this] { waker_.notify(); }));
}

bool WaitLimit::over() {
  if (stop_.stop_requested()) last_ = Outcome::kStopped;
  if (!unlimited_ && deadline_.passed()) last_ = Outcome::kTimedOut;
  return last_ != Outcome::kReady;
}

WaitLimit::Outcome WaitLimit::wait(int fd, short events) {
  pollfd watched[] = {{fd, events, 0}, {waker_.fd(), POLLIN, 0}};
  for (;;) {
    if (over()) return last_;
    timespec left{};
    if (!unlimited_) {
      const auto remaining = deadline_.remaining();
      const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(remaining);
      left.tv_sec = seconds.count();
      left.tv_nsec = (remaining - seconds).count();
    }
    const int ready = ppoll(watched, 2, unlimited_ ? nullptr : &left, nullptr);
    if (ready == 0) return last_ = Outcome::kTimedOut;
    if (ready > 0 && watched[1].revents == 0) return last_ = Outcome::kReady;
    if (ready < 0 && errno != EINTR)
      return last_ = Outcome::kReady;  // the next read or write returns the error
  }
}

Result<Descriptor> connect_to(const Endpoint& endpoint, WaitLimit& patience) {
  if (!endpoint.unix_path.empty()) {
    const sockaddr_un address = unix_address(endpoint.unix_path);
    return connect_address(AF_UNIX, reinterpret_cast<const sockaddr*>(&address), sizeof(address), patience);
  }
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int status =
      getaddrinfo(endpoint.host.c_str(), std::to_string(endpoint.port).c_str(), &hints, &found);
  if (status != 0) return fail("cannot resolve {}: {}", endpoint.host, gai_strerror(status));
  const AddressList addresses(found);
  Result<Descriptor> connection = fail("the host has no address");
  for (const addrinfo* address = addresses.first; address; address = address->ai_next) {
    connection = connect_address(address->ai_family, address->ai_addr, address->ai_addrlen, patience);
    if (connection || patience.last() != WaitLimit::Outcome::kReady) return connection;
  }
  return connection;
}

}  // namespace base
