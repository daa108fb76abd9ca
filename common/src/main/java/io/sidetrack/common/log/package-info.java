/** Logging that stays readable when the same thing goes wrong ten thousand times, and prints neither secrets nor control characters. */
package io.sidetrack.common.log;
