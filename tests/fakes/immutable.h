// A file or folder that even root cannot change, until the end of the scope.
#pragma once

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>

#include <string>

#include "base/os/descriptor.h"

namespace tests {

class Immutable {
 public:
  explicit Immutable(const std::string& path) : fd_(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)) {
    set_ = change(true);
  }
  ~Immutable() {
    if (set_) change(false);
  }
  Immutable(const Immutable&) = delete;
  Immutable& operator=(const Immutable&) = delete;

  // False: only root can, and not on every file system.
  bool set() const { return set_; }

 private:
  bool change(bool immutable) const {
    int flags = 0;
    if (::ioctl(fd_.get(), FS_IOC_GETFLAGS, &flags) != 0) return false;
    flags = immutable ? flags | FS_IMMUTABLE_FL : flags & ~FS_IMMUTABLE_FL;
    return ::ioctl(fd_.get(), FS_IOC_SETFLAGS, &flags) == 0;
  }

  base::Descriptor fd_;
  bool set_ = false;
};

}  // namespace tests
