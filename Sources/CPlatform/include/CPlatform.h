#pragma once
// What Glibc's module does not show to Swift.
#include "CPlatformProcess.h"
#include "CPlatformTerminal.h"
