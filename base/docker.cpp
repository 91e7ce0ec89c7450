#include "base/docker.h"
