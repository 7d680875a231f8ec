package local

import "time"

type retentionInput struct {
	streamRef
	RetentionPeriodHours *int
}

func (s *Server) increaseStreamRetentionPeriod(now time.Time, in *retentionInput) (any, error) {
	t, hours, err := s.retentionOf(now, in)
	if err != nil {
		return nil, err
	}
	if hours < t.retention {
		return nil, invalidArgument("Requested retention period (%d hours) for stream %s can not be shorter than "+
			"existing retention period (%d hours). Use DecreaseRetentionPeriod API.", hours, t.name, t.retention)
	}
	s.retain(t, hours, now)
	return nil, nil
}

func (s *Server) decreaseStreamRetentionPeriod(now time.Time, in *retentionInput) (any, error) {
	t, hours, err := s.retentionOf(now, in)
	if err != nil {
		return nil, err
	}
	if hours > t.retention {
		return nil, invalidArgument("Requested retention period (%d hours) for stream %s can not be longer than "+
			"existing retention period (%d hours). Use IncreaseRetentionPeriod API.", hours, t.name, t.retention)
	}
	s.retain(t, hours, now)
	return nil, nil
}

// retentionOf finds the stream and checks the hours.
func (s *Server) retentionOf(now time.Time, in *retentionInput) (*stream, int, error) {
	if in.RetentionPeriodHours == nil {
		var v violations
		v.required("", "retentionPeriodHours")
		return nil, 0, v.err()
	}
	t, err := s.findActive(in.streamRef, now)
	if err != nil {
		return nil, 0, err
	}
	switch hours := *in.RetentionPeriodHours; {
	case hours < retentionHoursMin:
		return nil, 0, invalidArgument("Minimum allowed retention period is %d hours. "+
			"Requested retention period (%d hours) is too short.", retentionHoursMin, hours)
	case hours > retentionHoursMax:
		return nil, 0, invalidArgument("Maximum allowed retention period is %d hours. "+
			"Requested retention period (%d hours) is too long.", retentionHoursMax, hours)
	default:
		return t, hours, nil
	}
}

func (s *Server) retain(t *stream, hours int, now time.Time) {
	t.trim(now)
	t.retention = hours
	s.change(t, updating, now)
}

type recordSizeInput struct {
	streamRef
	MaxRecordSizeInKiB *int
}

func (s *Server) updateMaxRecordSize(now time.Time, in *recordSizeInput) (any, error) {
	var v violations
	if in.MaxRecordSizeInKiB == nil {
		v.required("", "maxRecordSizeInKiB")
	} else {
		v.between(*in.MaxRecordSizeInKiB, "maxRecordSizeInKiB", recordSizeKiBMin, recordSizeKiBMax)
	}
	if err := v.err(); err != nil {
		return nil, err
	}
	t, err := s.findActive(in.streamRef, now)
	if err != nil {
		return nil, err
	}
	t.recordKiB = *in.MaxRecordSizeInKiB
	s.change(t, updating, now)
	return nil, nil
}
