#include "base/http/file_body.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/os/socket.h"

namespace base::http {

FileBody::FileBody(Descriptor file, std::string path, std::size_t size)
    : file_(std::move(file)), path_(std::move(path)), size_(size) {}

Result<std::shared_ptr<FileBody>> FileBody::open(const std::string& path) {
  // A named pipe would block.
  Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat facts{};
  if (!file.open() || ::fstat(file.get(), &facts) != 0) return fail("open {}: {}", path, errno_text(errno));
  if (!S_ISREG(facts.st_mode)) return fail("open {}: not a regular file", path);
  return std::shared_ptr<FileBody>(
      new FileBody(std::move(file), path, static_cast<std::size_t>(facts.st_size)));
}

Result<std::string> FileBody::next(std::size_t most) {
  std::string bytes(std::min(most, size_ - read_), '\0');
  for (;;) {
    const ssize_t got = ::pread(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(read_));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail("read {}: {}", path_, errno_text(errno));
    if (got == 0 && !bytes.empty()) return fail("read {}: the file was truncated while it was read", path_);
    bytes.resize(static_cast<std::size_t>(got));
    read_ += bytes.size();
    return bytes;
  }
}

}  // namespace base::http
