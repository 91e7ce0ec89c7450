#include "base/os/file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "base/os/descriptor.h"

namespace base {
namespace {

constexpr std::size_t kMaxSecretBytes = 64 * 1024;

std::string reason(int error) { return std::generic_category().message(error); }

struct Opened {
  Descriptor fd;
  struct stat status{};
};

Result<Opened> open_regular(const std::string& path) {
  Opened file;
  // Not blocking, so that opening a FIFO cannot hang.
  file.fd.reset(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.fd.open()) return fail("open {}: {}", path, reason(errno));
  if (::fstat(file.fd.get(), &file.status) != 0) return fail("stat {}: {}", path, reason(errno));
  if (!S_ISREG(file.status.st_mode)) return fail("read {}: not a regular file", path);
  return file;
}

// The size from stat is only a hint: it is 0 for files of /proc, and other files may grow.
Result<std::string> read_all(const Opened& file, const std::string& path, std::size_t max_bytes) {
  std::string content;
  const auto size = static_cast<std::size_t>(file.status.st_size);
  content.resize(std::min(size, max_bytes) + 1);
  std::size_t used = 0;
  while (true) {
    const ssize_t got = ::read(file.fd.get(), content.data() + used, content.size() - used);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail("read {}: {}", path, reason(errno));
    if (got == 0) break;
    used += static_cast<std::size_t>(got);
    if (used > max_bytes) return fail("read {}: longer than {} bytes", path, max_bytes);
    if (used == content.size()) content.resize(std::min(max_bytes + 1, used + 64 * 1024));
  }
  content.resize(used);
  return content;
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// A file beside the target that is removed unless it was renamed into place.
class Temporary {
 public:
  explicit Temporary(const std::string& target)
      : path_(folder_of(target) + "/." + target.substr(target.rfind('/') + 1) + ".XXXXXX"),
        fd_(::mkostemp(path_.data(), O_CLOEXEC)) {}
  ~Temporary() {
    if (fd_.open() && !kept_) ::unlink(path_.c_str());
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;

  bool created() const { return fd_.open(); }
  int fd() const { return fd_.get(); }
  const std::string& path() const { return path_; }
  bool rename_to(const std::string& target) {
    kept_ = ::rename(path_.c_str(), target.c_str()) == 0;
    return kept_;
  }

 private:
  std::string path_;
  Descriptor fd_;
  bool kept_ = false;
};

bool write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t wrote = ::write(fd, content.data(), content.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return true;
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t max_bytes) {
  const auto file = open_regular(path);
  if (!file) return std::unexpected(file.error());
  return read_all(*file, path, max_bytes);
}

namespace {

enum class When { kSynced, kAtOnce };

Result<> replace(const std::string& path, std::string_view content, mode_t mode, When seen) {
  Temporary temporary(path);
  const auto sync_it = [&]() -> Result<> {
    if (::fsync(temporary.fd()) != 0) return fail("write {}: fsync: {}", path, reason(errno));
    return {};
  };
  if (!temporary.created()) return fail("write {}: create a temporary file: {}", path, reason(errno));
  if (::fchmod(temporary.fd(), mode) != 0) return fail("write {}: chmod: {}", path, reason(errno));
  if (!write_all(temporary.fd(), content)) return fail("write {}: {}", path, reason(errno));
  if (seen == When::kSynced) {
    if (auto synced = sync_it(); !synced) return synced;
  }
  if (!temporary.rename_to(path)) return fail("write {}: rename: {}", path, reason(errno));
  if (seen == When::kAtOnce) {
    if (auto synced = sync_it(); !synced) return synced;
  }
  const std::string folder = folder_of(path);
  const Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.open() || ::fsync(directory.get()) != 0) {
    return fail("write {}: fsync {}: {}", path, folder, reason(errno));
  }
  return {};
}

}  // namespace

Result<> write_atomically(const std::string& path, std::string_view content, mode_t mode) {
  return replace(path, content, mode, When::kSynced);
}

Result<> write_at_once(const std::string& path, std::string_view content, mode_t mode) {
  return replace(path, content, mode, When::kAtOnce);
}

Result<> sync(int fd) {
  if (::fsync(fd) != 0) return fail("fsync: {}", reason(errno));
  return {};
}

Result<std::string> read_secret(const std::string& path) {
  const auto file = open_regular(path);
  if (!file) return std::unexpected(file.error());
  if ((file->status.st_mode & S_IROTH) != 0) {
    return fail("read {}: a secret must not be readable by others (mode {:03o})", path,
                file->status.st_mode & 0777U);
  }
  auto content = read_all(*file, path, kMaxSecretBytes);
  if (!content) return content;
  if (content->ends_with('\n')) content->pop_back();
  if (content->ends_with('\r')) content->pop_back();
  if (content->empty()) return fail("read {}: the secret is empty", path);
  return content;
}

}  // namespace base
