/** Logging that stays readable when the same thing goes wrong ten thousand times. */
package io.sidetrack.common.log;
