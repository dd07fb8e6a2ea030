INSERT INTO user_preferences (user_id, sms) VALUES (:userId, true);
